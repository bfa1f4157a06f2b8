import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Intent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('mode', models.CharField(choices=[('subscribe', 'Subscribe'), ('unsubscribe', 'Unsubscribe')], max_length=11)),
                ('path', models.CharField(max_length=300)),
                ('callback', models.CharField(max_length=2048)),
                ('host', models.CharField(db_index=True, max_length=253)),
                ('secret', models.TextField(blank=True)),
                ('lease_seconds', models.PositiveIntegerField()),
                ('tries', models.PositiveIntegerField(default=0)),
                ('next_at', models.DateTimeField(db_index=True, default=django.utils.timezone.now)),
            ],
        ),
        migrations.CreateModel(
            name='Topic',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('path', models.CharField(max_length=300, unique=True)),
                ('version', models.PositiveBigIntegerField(default=1)),
                ('posts', models.JSONField(default=dict)),
                ('gone', models.JSONField(default=dict)),
            ],
        ),
        migrations.CreateModel(
            name='Subscription',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('callback', models.CharField(max_length=2048)),
                ('host', models.CharField(db_index=True, max_length=253)),
                ('secret', models.TextField(blank=True)),
                ('lease_until', models.DateTimeField()),
                ('position', models.PositiveBigIntegerField()),
                ('failures', models.PositiveIntegerField(default=0)),
                ('next_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('topic', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='subscriptions', to='feeds.topic')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('topic', 'callback'), name='feeds_subscribed_once')],
            },
        ),
    ]
