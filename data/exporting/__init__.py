"""What goes out: frames as spreadsheets and CSV, units as GeoJSON, every kind of import."""
