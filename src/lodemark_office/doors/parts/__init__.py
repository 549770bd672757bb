"""What all doors share: access, acting, language, headers, trouble."""
