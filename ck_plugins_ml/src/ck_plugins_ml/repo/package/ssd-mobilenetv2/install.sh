exec "$CK_PYTHON" -I "$PACKAGE_DIR/take_out.py" "$SOURCE_DIR" "$INSTALL_DIR"
