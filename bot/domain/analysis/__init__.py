"""What posts say; `bot.domain.analysis.posts` reads them. Each module is loaded where it is asked
for: a look at a configuration needs no model."""
