"""Official tables and documents: declared once, drawn on screen, PDF, XLSX, CSV and JSON."""
