exec "$CK_PYTHON" -I "$PACKAGE_DIR/make_digits.py" "$SOURCE_DIR" "$INSTALL_DIR"
