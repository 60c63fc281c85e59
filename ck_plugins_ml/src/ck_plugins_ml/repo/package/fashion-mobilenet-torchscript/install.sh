exec sh "$CONVERT/convert.sh" torchscript
