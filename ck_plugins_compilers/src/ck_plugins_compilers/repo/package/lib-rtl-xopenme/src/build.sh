# One static library, position-independent, so that shared ones may hold it too.
set -eu
mkdir -p "$INSTALL_DIR/include" "$INSTALL_DIR/lib"
# CC may be two words (zig cc), CFLAGS several.
$CC $CFLAGS -fPIC -c "$SOURCE_DIR/xopenme.c" -o "$BUILD_DIR/xopenme.o"
${AR:-ar} rcs "$INSTALL_DIR/lib/librtlxopenme.a" "$BUILD_DIR/xopenme.o"
cp "$SOURCE_DIR/xopenme.h" "$INSTALL_DIR/include/"
