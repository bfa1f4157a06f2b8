from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "rejoinder.web"
    label = "web"
