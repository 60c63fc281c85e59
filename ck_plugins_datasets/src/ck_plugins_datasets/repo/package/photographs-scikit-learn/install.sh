set -e
cp "$SOURCE_DIR/china.jpg" "$SOURCE_DIR/flower.jpg" "$INSTALL_DIR/"
cp "$SOURCE_DIR/README.txt" "$INSTALL_DIR/LICENCES.txt"
cp "$PACKAGE_DIR/dataset.json" "$INSTALL_DIR/"
