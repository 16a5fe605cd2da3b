"""What all routes say alike: problems, who is signed in, paging, ETags, headers, the web pages."""
