# sh convert.sh FORMAT: CKP_MODEL in another format or precision, into INSTALL_DIR.
# Of 8 bits with images of a dataset that the package names, prepared as the model wants them.
set -e
cd "$BUILD_DIR"
if [ "$CKP_PRECISION" = int8 ]; then
  export CKP_CACHE="$BUILD_DIR/cache"
  CKP_COUNT=${CKP_CALIBRATION_COUNT:-200} \
    "$CK_ENV_PILLOW_PYTHON" -I "$PREPARE/prepare.py"
fi
exec "$CKP_ML_PYTHON" -I "$CONVERT/convert.py" "$1" "$INSTALL_DIR"
