exec sh "$CONVERT/convert.sh" savedmodel
