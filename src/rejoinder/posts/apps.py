from django.apps import AppConfig


class PostsConfig(AppConfig):
    name = "rejoinder.posts"
    label = "posts"
