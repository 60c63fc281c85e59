exec "$CK_PYTHON" -I "$PACKAGE_DIR/make_labels.py" "$SOURCE_DIR" "$INSTALL_DIR"
