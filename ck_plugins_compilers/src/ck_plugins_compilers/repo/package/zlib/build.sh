# zlib's configure is its own: it knows no --host, but takes the triple from CHOST.
set -e
if [ -n "$TARGET_TRIPLE" ]; then
    export CHOST="$TARGET_TRIPLE" AR="${AR:-ar}" RANLIB="${RANLIB:-ranlib}"
fi
sh ./configure --static --prefix="$INSTALL_DIR"
make -j"$PARALLEL" libz.a
make install
