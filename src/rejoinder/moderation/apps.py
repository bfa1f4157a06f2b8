from django.apps import AppConfig


class ModerationConfig(AppConfig):
    name = "rejoinder.moderation"
    label = "moderation"

    def ready(self) -> None:
        from rejoinder.moderation import belongings, rights

        rights.register()
        belongings.register_all()
