"""MLPerf: what LoadGen has written becomes metrics, and a submission."""
