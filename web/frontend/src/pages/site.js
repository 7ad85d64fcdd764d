import 'htmx.org';
import 'bootstrap';
