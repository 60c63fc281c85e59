exec "$CK_PYTHON" -I "$PREPARE/subset.py" "$1" "$INSTALL_DIR"
