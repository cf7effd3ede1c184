"""What is sold: SKUs with their barcodes and prices."""
