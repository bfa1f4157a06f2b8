from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Epoch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name='Change',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('thread_id', models.BigIntegerField(null=True)),
                ('board_id', models.BigIntegerField(null=True)),
                ('member_id', models.BigIntegerField(null=True)),
                ('seat', models.CharField(db_default='', max_length=40)),
                ('xid', models.BigIntegerField(default=0)),
            ],
            options={
                'indexes': [models.Index(fields=['xid'], name='events_by_xid')],
            },
        ),
    ]
