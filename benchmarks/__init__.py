"""The MLPerf Tiny reference models, measured on an emulated board beside what others have published."""
