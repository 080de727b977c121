"""Words that say nothing of what a post is about, in English and French, and phrases that their
loss would tear apart; folded."""

from __future__ import annotations

_ENGLISH = """
a about above after again against all almost already also although always am an and another any
anybody anymore anyone anything anyway are aren around as ask asked at away back be became because
become been before behind being believe below best better between both bring but by call called
came can cannot cant come comes coming could couldn day days did didn didnt do does doesn doesnt
doing don done dont down during each either else enough especially even ever every everybody
everyone everything feel feels few finally find first for found from full get gets getting give
given go goes going gone gonna good got great had hadn half has hasn have haven having he hello
her here hers herself hey hi him himself his hour hours how however i id if ill im in indeed
instead into is isn isnt it its itself ive just keep keeps kind knew know known last late later
least left less let lets like likely literally little ll long look looked looking looks lot lots
made make makes making many may maybe me mean means meanwhile might mine minute minutes month
months more morning most much must my myself need needs never new next nice night no nobody none
nor not nothing now of off often ok okay old on once one ones only onto or other others our ours
ourselves out over own people per perhaps please pretty probably put quite rather re read real
really right said same saw say saying says see seem seems seen several shall she should shouldn
show since so some somebody someone something sometimes somewhat soon sorry start started still
stop stuff such sure take taken takes talk tell than thank thanks that thats the their theirs them
themselves then there therefore these they theyre thing things think third this those though
thought three through thus till time times to today together told tomorrow tonight too took total
totally toward towards tried try trying twice two under unless until up upon us use used uses
using usually ve very via want wanted wants was wasn way we week weeks well went were weren what
whatever when where whether which while who whole whom whose why will wish with within without won
wont word work worth would wouldn wow yeah year years yes yesterday yet you your youre yours
yourself
"""

_FRENCH = """
a ai aie ailleurs ainsi alors apres as assez au aucun aucune aujourd aupres auquel aura aurait
aurais aussi autant autour autre autres aux avaient avais avait avant avec avez avoir avons bah
bcp beaucoup ben bien bon bonjour bonne bonsoir bref c ca car ce ceci cela celle celles celui cent
cependant certain certaine certains ces cet cette ceux chacun chaque chez ci comme comment contre
coup d da dans de debout dedans dehors deja demain depuis derniere dernier derriere des desormais
deux devant devoir dire dis disent dit dites dix doit doivent donc dont du duquel durant elle elles
en encore enfin ensuite entre environ es est et etaient etais etait etant etc ete etes etre eu euh
eux fais faire fait faites fallait faut fois font franchement genre gens grace grand grande gros
gt guere h haha heure heures hein hier hop hors hui hyper ici idee il ils j jamais je jour jours
juste l la laquelle le lequel les lesquels leur leurs loin lol longtemps lors lorsque lui m ma
maintenant mais mal malgre me meme memes merci mes met mettre mi mieux mm moi moins mois moment mon
monde n ne ni nombreux non nos notre nous nouveau nouvelle nul nulle on ont or ou ouais oui ouf par
parce parfois parle parler parmi part partout pas passe pendant personne petit petite peu peut
peuvent peux plein plus plusieurs plutot point pour pourquoi pourrait pourtant pres presque prend
prendre premier premiere puis puisque pu pouvoir qu quand quant quatre que quel quelle quelles
quelqu quelque quelques quels qui quoi rien s sa sais sait salut sans sauf savoir se selon semaine
semble sera serai serait seront ses seul seule seulement si sinon soi soir sois soit sommes son
sont sous souvent stp suis suite sur surtout svp t ta tant te tel telle tellement tels temps tes
tiens toi ton toujours tous tout toute toutefois toutes tres trois trop trouve tu un une vais
va vas vers veut veux via vient viens voila voici voir vois voit vont vos votre vous vrai vraiment
vu y zero
"""

STOP_WORDS: frozenset[str] = frozenset(f"{_ENGLISH} {_FRENCH}".split())

SET_PHRASES: tuple[str, ...] = (
    "mise a jour", "mises a jour", "mettre a jour", "mot de passe", "mots de passe",
    "service apres vente", "hors service", "en panne", "prise en main", "mise en service",
    "day one", "night mode", "work from home", "word of mouth",
)  # fmt: skip
