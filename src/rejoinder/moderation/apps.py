from django.apps import AppConfig


class ModerationConfig(AppConfig):
    name = "rejoinder.moderation"
    label = "moderation"

    def ready(self) -> None:
        from rejoinder.moderation import belongings, firings, rights

        rights.register()
        firings.register()
        belongings.register_all()
