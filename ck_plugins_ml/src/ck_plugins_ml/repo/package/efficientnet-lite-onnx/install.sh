exec sh "$CONVERT/convert.sh" "$CKP_MAKES"
