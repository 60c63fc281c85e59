"""The system under test of MLPerf's LoadGen, and the library of its samples."""
