exec "$CK_PYTHON" -I "$PACKAGE_DIR/../../script/prepare-images/subset.py" "$1" "$INSTALL_DIR"
