from django.apps import AppConfig


class FeedsConfig(AppConfig):
    name = "rejoinder.gateways.feeds"
    label = "feeds"
