set -e
cd "$BUILD_DIR"
export CKP_MODEL="$PACKAGE_DIR" CKP_MODEL_META="$PACKAGE_DIR/model.json" CKP_CACHE="$BUILD_DIR/cache"
"$CK_ENV_PILLOW_PYTHON" -I "$PREPARE/prepare.py"
exec "$CKP_ML_PYTHON" -I "$CONVERT/convert.py" fashion-mobilenet "$INSTALL_DIR"
