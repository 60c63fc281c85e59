exec sh "$CONVERT/convert.sh" tflite
