set -e
cd "$SOURCE_DIR"
cp astronaut.png camera.png chelsea.png clock_motion.png coffee.png coins.png retina.jpg rocket.jpg \
  "$CKP_DATASET_PATH/china.jpg" "$CKP_DATASET_PATH/flower.jpg" "$PACKAGE_DIR/dataset.json" "$INSTALL_DIR/"
cat "$PACKAGE_DIR/LICENCES.txt" "$CKP_DATASET_PATH/LICENCES.txt" > "$INSTALL_DIR/LICENCES.txt"
