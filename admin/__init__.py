"""Back-office screens in Flask-Admin: look, never touch what a flow owns."""
