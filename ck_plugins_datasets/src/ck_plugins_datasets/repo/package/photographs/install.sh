set -e
cd "$SOURCE_DIR"
cp astronaut.png camera.png chelsea.png clock_motion.png coffee.png coins.png retina.jpg rocket.jpg \
  "$PACKAGE_DIR/dataset.json" "$PACKAGE_DIR/LICENCES.txt" "$INSTALL_DIR/"
