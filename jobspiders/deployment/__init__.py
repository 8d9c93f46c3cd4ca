"""What runs beside Scrapyd: its queue, launcher and web services, supervision, the console, schedules."""
