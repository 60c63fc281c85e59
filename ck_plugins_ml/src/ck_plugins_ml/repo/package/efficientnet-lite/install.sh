export CKP_MODEL="$PACKAGE_DIR"
exec "$CKP_ML_PYTHON" -I "$CONVERT/convert.py" efficientnet-lite "$INSTALL_DIR"
