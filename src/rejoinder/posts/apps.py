from django.apps import AppConfig


class PostsConfig(AppConfig):
    name = "rejoinder.posts"
    label = "posts"

    def ready(self) -> None:
        from rejoinder.posts import belongings, rights

        rights.register()
        belongings.register_all()
