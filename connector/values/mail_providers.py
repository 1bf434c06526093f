"""Public mail providers: domains where anybody may have an address, so that their senders are strangers."""

from __future__ import annotations

_DOMAINS = """
    126.com 139.com 163.com 21cn.com aim.com alice.it aol.com arcor.de att.net bellsouth.net bigpond.com bk.ru
    bluewin.ch bol.com.br btinternet.com charter.net comcast.net cox.net daum.net docomo.ne.jp earthlink.net
    ezweb.ne.jp fastmail.com foxmail.com free.fr freenet.de gmail.com gmx.at gmx.ch gmx.com gmx.de gmx.net
    googlemail.com hanmail.net hey.com hotmail.ca hotmail.co.uk hotmail.com hotmail.de hotmail.es hotmail.fr
    hotmail.it i.softbank.jp icloud.com inbox.ru interia.pl kpnmail.nl laposte.net libero.it list.ru live.be
    live.ca live.co.uk live.com live.de live.fr live.nl mac.com mail.com mail.de mail.ru mailbox.org me.com
    msn.com naver.com o2.pl onet.pl online.de online.no optonline.net orange.fr outlook.com outlook.de
    outlook.es outlook.fr outlook.it pm.me posteo.de proton.me protonmail.ch protonmail.com qq.com rambler.ru
    rediffmail.com rocketmail.com rogers.com sapo.pt sbcglobal.net seznam.cz sfr.fr shaw.ca sina.com sky.com
    skynet.be sohu.com t-online.de talktalk.net telenet.be telia.com terra.com.br tin.it tiscali.it tuta.io
    tutanota.com ukr.net uol.com.br verizon.net videotron.ca virgilio.it virginmedia.com walla.co.il wanadoo.fr
    web.de wp.pl xtra.co.nz yahoo.ca yahoo.co.in yahoo.co.jp yahoo.co.uk yahoo.com yahoo.com.ar yahoo.com.br
    yahoo.de yahoo.es yahoo.fr yahoo.in yahoo.it yandex.com yandex.ru yeah.net ymail.com ziggo.nl zoho.com
"""

PUBLIC_DOMAINS = frozenset(_DOMAINS.split())
"""In lower case."""
