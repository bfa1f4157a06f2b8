from django.apps import AppConfig


class LimitsConfig(AppConfig):
    name = "rejoinder.limits"
    label = "limits"
