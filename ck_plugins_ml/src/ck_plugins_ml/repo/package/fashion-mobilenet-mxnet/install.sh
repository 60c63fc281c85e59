exec sh "$CONVERT/convert.sh" mxnet
