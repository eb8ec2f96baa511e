"""What editions share, so that none imports another: encoding, file formats, tags, captions, pictures, feeds."""
