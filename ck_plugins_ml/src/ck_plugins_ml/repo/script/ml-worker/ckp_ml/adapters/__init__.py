"""One module a framework, by the name that CKP_ML_FRAMEWORK gives it."""
