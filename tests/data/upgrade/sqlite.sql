BEGIN TRANSACTION;
CREATE TABLE accounts (
	name TEXT NOT NULL, 
	closed_until BIGINT, 
	reason TEXT, 
	detail TEXT, 
	level INTEGER NOT NULL, 
	streak INTEGER NOT NULL, 
	ramp INTEGER, 
	tat BIGINT NOT NULL, 
	day INTEGER NOT NULL, 
	spent INTEGER NOT NULL, 
	changed_at BIGINT NOT NULL, 
	CONSTRAINT pk_accounts PRIMARY KEY (name)
);
INSERT INTO "accounts" VALUES('legacy',4611686018427387904,'operator','its contract has ended',0,0,NULL,0,20785,0,1795889730441);
INSERT INTO "accounts" VALUES('osvi',NULL,NULL,NULL,0,0,NULL,0,20785,0,1795889735742);
INSERT INTO "accounts" VALUES('synthflow',NULL,NULL,NULL,0,0,NULL,0,20785,0,1795889735742);
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0002');
CREATE TABLE attempts (
	turn_id BIGINT NOT NULL, 
	number INTEGER NOT NULL, 
	call TEXT NOT NULL, 
	owner BIGINT NOT NULL, 
	started_at BIGINT NOT NULL, 
	ended_at BIGINT, 
	outcome TEXT, 
	http_status INTEGER, 
	error TEXT, 
	request_id TEXT, 
	evidence TEXT, 
	CONSTRAINT pk_attempts PRIMARY KEY (turn_id, number)
);
INSERT INTO "attempts" VALUES(3,1,'open',1,1795889736757,1795889736907,'answered',200,NULL,NULL,NULL);
INSERT INTO "attempts" VALUES(29,1,'open',1,1795889736757,1795889736907,'answered',200,NULL,NULL,NULL);
INSERT INTO "attempts" VALUES(33,1,'open',1,1795889736757,1795889736907,'answered',200,NULL,NULL,NULL);
INSERT INTO "attempts" VALUES(39,1,'open',1,1795889736757,1795889736907,'answered',200,NULL,NULL,NULL);
INSERT INTO "attempts" VALUES(57,1,'open',1,1795889736757,1795889736907,'answered',200,NULL,NULL,NULL);
INSERT INTO "attempts" VALUES(60,1,'open',1,1795889736757,1795889736907,'answered',200,NULL,NULL,NULL);
INSERT INTO "attempts" VALUES(29,2,'send',1,1795889736979,1795889737030,'answered',200,NULL,NULL,NULL);
INSERT INTO "attempts" VALUES(57,2,'send',1,1795889736979,1795889737030,'answered',200,NULL,NULL,NULL);
INSERT INTO "attempts" VALUES(21,1,'open',1,1795889736984,1795889737030,'answered',200,NULL,NULL,NULL);
INSERT INTO "attempts" VALUES(22,1,'open',1,1795889736984,1795889737030,'answered',200,NULL,NULL,NULL);
INSERT INTO "attempts" VALUES(24,1,'open',1,1795889736984,1795889737030,'answered',200,NULL,NULL,NULL);
INSERT INTO "attempts" VALUES(48,1,'open',1,1795889736984,1795889737076,'answered',200,NULL,NULL,NULL);
INSERT INTO "attempts" VALUES(49,1,'open',1,1795889736984,1795889737076,'answered',200,NULL,NULL,NULL);
INSERT INTO "attempts" VALUES(50,1,'open',1,1795889736984,1795889737076,'answered',200,NULL,NULL,NULL);
INSERT INTO "attempts" VALUES(52,1,'open',1,1795889736984,1795889737076,'answered',200,NULL,NULL,NULL);
INSERT INTO "attempts" VALUES(53,1,'open',1,1795889736984,1795889737076,'answered',200,NULL,NULL,NULL);
INSERT INTO "attempts" VALUES(55,1,'open',1,1795889736984,1795889737076,'answered',200,NULL,NULL,NULL);
INSERT INTO "attempts" VALUES(56,1,'open',1,1795889736984,1795889737076,'answered',200,NULL,NULL,NULL);
INSERT INTO "attempts" VALUES(58,1,'open',1,1795889736984,1795889737076,'answered',200,NULL,NULL,NULL);
INSERT INTO "attempts" VALUES(59,1,'open',1,1795889736984,1795889737076,'answered',200,NULL,NULL,NULL);
INSERT INTO "attempts" VALUES(3,2,'send',1,1795889737012,1795889737076,'answered',200,NULL,NULL,NULL);
INSERT INTO "attempts" VALUES(33,2,'send',1,1795889737012,1795889737076,'answered',200,NULL,NULL,NULL);
INSERT INTO "attempts" VALUES(15,1,'open',1,1795889737053,1795889737076,'answered',200,NULL,NULL,NULL);
INSERT INTO "attempts" VALUES(13,1,'open',1,1795889737053,1795889737076,'answered',200,NULL,NULL,NULL);
INSERT INTO "attempts" VALUES(7,1,'open',1,1795889737053,1795889737076,'answered',200,NULL,NULL,NULL);
INSERT INTO "attempts" VALUES(6,1,'open',1,1795889737053,1795889737076,'answered',200,NULL,NULL,NULL);
INSERT INTO "attempts" VALUES(11,1,'open',1,1795889737053,1795889737076,'answered',200,NULL,NULL,NULL);
INSERT INTO "attempts" VALUES(16,1,'open',1,1795889737053,1795889737076,'answered',200,NULL,NULL,NULL);
INSERT INTO "attempts" VALUES(17,1,'open',1,1795889737053,1795889737129,'answered',200,NULL,NULL,NULL);
INSERT INTO "attempts" VALUES(18,1,'open',1,1795889737053,1795889737076,'answered',200,NULL,NULL,NULL);
INSERT INTO "attempts" VALUES(35,1,'open',1,1795889737053,1795889737129,'answered',200,NULL,NULL,NULL);
INSERT INTO "attempts" VALUES(37,1,'open',1,1795889737053,1795889737129,'answered',200,NULL,NULL,NULL);
INSERT INTO "attempts" VALUES(45,1,'open',1,1795889737053,1795889737129,'answered',200,NULL,NULL,NULL);
INSERT INTO "attempts" VALUES(61,1,'open',1,1795889737053,1795889737076,'answered',200,NULL,NULL,NULL);
INSERT INTO "attempts" VALUES(39,2,'send',1,1795889737058,1795889737129,'answered',200,NULL,NULL,NULL);
INSERT INTO "attempts" VALUES(60,2,'send',1,1795889737058,1795889737076,'answered',200,NULL,NULL,NULL);
INSERT INTO "attempts" VALUES(40,1,'open',1,1795889737083,1795889737129,'answered',200,NULL,NULL,NULL);
INSERT INTO "attempts" VALUES(43,1,'open',1,1795889737083,1795889737129,'answered',200,NULL,NULL,NULL);
INSERT INTO "attempts" VALUES(46,1,'open',1,1795889737083,1795889737129,'answered',200,NULL,NULL,NULL);
INSERT INTO "attempts" VALUES(47,1,'open',1,1795889737083,1795889737129,'answered',200,NULL,NULL,NULL);
INSERT INTO "attempts" VALUES(63,1,'open',1,1795889737083,1795889737129,'answered',200,NULL,NULL,NULL);
INSERT INTO "attempts" VALUES(65,1,'open',1,1795889737083,1795889737129,'answered',200,NULL,NULL,NULL);
INSERT INTO "attempts" VALUES(70,1,'open',1,1795889737083,1795889737129,'answered',200,NULL,NULL,NULL);
INSERT INTO "attempts" VALUES(67,1,'open',1,1795889737083,1795889737129,'answered',200,NULL,NULL,NULL);
INSERT INTO "attempts" VALUES(72,1,'open',1,1795889737083,1795889737129,'answered',200,NULL,NULL,NULL);
INSERT INTO "attempts" VALUES(74,1,'open',1,1795889737083,1795889737129,'answered',200,NULL,NULL,NULL);
INSERT INTO "attempts" VALUES(15,2,'send',1,1795889737095,1795889737382,'answered',200,NULL,NULL,NULL);
INSERT INTO "attempts" VALUES(13,2,'send',1,1795889737095,1795889737382,'answered',200,NULL,NULL,NULL);
INSERT INTO "attempts" VALUES(7,2,'send',1,1795889737095,1795889737382,'answered',200,NULL,NULL,NULL);
INSERT INTO "attempts" VALUES(6,2,'send',1,1795889737095,1795889737382,'lost',NULL,'the connection broke',NULL,'{"hint": "reset"}');
INSERT INTO "attempts" VALUES(11,2,'send',1,1795889737095,1795889737382,'refused',422,'OSVI answered 422: request could not be processed',NULL,NULL);
INSERT INTO "attempts" VALUES(16,2,'send',1,1795889737095,1795889737382,'answered',200,NULL,NULL,NULL);
INSERT INTO "attempts" VALUES(18,2,'send',1,1795889737095,1795889737382,'answered',200,NULL,NULL,NULL);
INSERT INTO "attempts" VALUES(21,2,'send',1,1795889737095,1795889737382,'answered',200,NULL,NULL,NULL);
INSERT INTO "attempts" VALUES(22,2,'send',1,1795889737095,1795889737382,'answered',200,NULL,NULL,NULL);
INSERT INTO "attempts" VALUES(24,2,'send',1,1795889737095,1795889737382,'answered',200,NULL,NULL,NULL);
INSERT INTO "attempts" VALUES(48,2,'send',1,1795889737095,1795889737382,'answered',200,NULL,NULL,NULL);
INSERT INTO "attempts" VALUES(49,2,'send',1,1795889737095,1795889737382,'answered',200,NULL,NULL,NULL);
INSERT INTO "attempts" VALUES(50,2,'send',1,1795889737095,1795889737382,'answered',200,NULL,NULL,NULL);
INSERT INTO "attempts" VALUES(52,2,'send',1,1795889737095,1795889737382,'answered',200,NULL,NULL,NULL);
INSERT INTO "attempts" VALUES(53,2,'send',1,1795889737095,1795889737382,'answered',200,NULL,NULL,NULL);
INSERT INTO "attempts" VALUES(55,2,'send',1,1795889737095,1795889737382,'answered',200,NULL,NULL,NULL);
INSERT INTO "attempts" VALUES(56,2,'send',1,1795889737095,1795889737382,'answered',200,NULL,NULL,NULL);
INSERT INTO "attempts" VALUES(58,2,'send',1,1795889737095,1795889737382,'answered',200,NULL,NULL,NULL);
INSERT INTO "attempts" VALUES(59,2,'send',1,1795889737095,1795889737382,'answered',200,NULL,NULL,NULL);
INSERT INTO "attempts" VALUES(61,2,'send',1,1795889737095,1795889737382,'answered',200,NULL,NULL,NULL);
INSERT INTO "attempts" VALUES(17,2,'send',1,1795889737364,1795889737433,'answered',200,NULL,NULL,NULL);
INSERT INTO "attempts" VALUES(30,1,'send',1,1795889737364,1795889737433,'answered',200,NULL,NULL,NULL);
INSERT INTO "attempts" VALUES(35,2,'send',1,1795889737364,1795889737433,'answered',200,NULL,NULL,NULL);
INSERT INTO "attempts" VALUES(37,2,'send',1,1795889737364,1795889737433,'answered',200,NULL,NULL,NULL);
INSERT INTO "attempts" VALUES(40,2,'send',1,1795889737364,1795889737433,'answered',200,NULL,NULL,NULL);
INSERT INTO "attempts" VALUES(43,2,'send',1,1795889737364,1795889737433,'answered',200,NULL,NULL,NULL);
INSERT INTO "attempts" VALUES(45,2,'send',1,1795889737364,1795889737433,'lost',NULL,'the connection broke',NULL,'{"hint": "reset"}');
INSERT INTO "attempts" VALUES(46,2,'send',1,1795889737364,1795889737433,'refused',422,'OSVI answered 422: request could not be processed',NULL,NULL);
INSERT INTO "attempts" VALUES(47,2,'send',1,1795889737364,1795889737433,'answered',200,NULL,NULL,NULL);
INSERT INTO "attempts" VALUES(63,2,'send',1,1795889737364,1795889737433,'answered',200,NULL,NULL,NULL);
INSERT INTO "attempts" VALUES(65,2,'send',1,1795889737364,1795889737433,'answered',200,NULL,NULL,NULL);
INSERT INTO "attempts" VALUES(70,2,'send',1,1795889737364,1795889737433,'answered',200,NULL,NULL,NULL);
INSERT INTO "attempts" VALUES(67,2,'send',1,1795889737364,1795889737433,'answered',200,NULL,NULL,NULL);
INSERT INTO "attempts" VALUES(72,2,'send',1,1795889737364,1795889737433,'answered',200,NULL,NULL,NULL);
INSERT INTO "attempts" VALUES(74,2,'send',1,1795889737364,1795889737433,'answered',200,NULL,NULL,NULL);
INSERT INTO "attempts" VALUES(14,1,'send',1,1795889737481,1795889737512,'answered',200,NULL,NULL,NULL);
INSERT INTO "attempts" VALUES(25,1,'send',1,1795889737481,1795889737512,'answered',200,NULL,NULL,NULL);
INSERT INTO "attempts" VALUES(36,1,'send',1,1795889737481,1795889737512,'answered',200,NULL,NULL,NULL);
INSERT INTO "attempts" VALUES(38,1,'send',1,1795889737481,1795889737512,'answered',200,NULL,NULL,NULL);
INSERT INTO "attempts" VALUES(66,1,'send',1,1795889737481,1795889737512,'answered',200,NULL,NULL,NULL);
INSERT INTO "attempts" VALUES(68,1,'send',1,1795889737481,1795889737512,'answered',200,NULL,NULL,NULL);
INSERT INTO "attempts" VALUES(73,1,'send',1,1795889737481,1795889737512,'answered',200,NULL,NULL,NULL);
INSERT INTO "attempts" VALUES(51,1,'send',1,1795889737530,1795889737538,'answered',200,NULL,NULL,NULL);
INSERT INTO "attempts" VALUES(54,1,'send',1,1795889737548,1795889737553,'answered',200,NULL,NULL,NULL);
INSERT INTO "attempts" VALUES(79,1,'open',2,1795889739816,1795889739871,'answered',200,NULL,NULL,NULL);
INSERT INTO "attempts" VALUES(79,2,'send',2,1795889739882,1795889741752,'lost',NULL,'worker lost while sending',NULL,NULL);
INSERT INTO "attempts" VALUES(80,1,'open',3,1795889742181,1795889742231,'answered',200,NULL,NULL,NULL);
INSERT INTO "attempts" VALUES(81,1,'open',3,1795889742181,1795889742231,'answered',200,NULL,NULL,NULL);
INSERT INTO "attempts" VALUES(82,1,'open',3,1795889742181,1795889742231,'answered',200,NULL,NULL,NULL);
INSERT INTO "attempts" VALUES(83,1,'open',3,1795889742181,1795889742231,'answered',200,NULL,NULL,NULL);
INSERT INTO "attempts" VALUES(84,1,'open',3,1795889742181,1795889742231,'answered',200,NULL,NULL,NULL);
INSERT INTO "attempts" VALUES(85,1,'open',3,1795889742181,1795889742231,'answered',200,NULL,NULL,NULL);
INSERT INTO "attempts" VALUES(80,2,'send',3,1795889742318,1795889742348,'answered',200,NULL,NULL,NULL);
INSERT INTO "attempts" VALUES(81,2,'send',3,1795889742318,1795889742348,'answered',200,NULL,NULL,NULL);
INSERT INTO "attempts" VALUES(82,2,'send',3,1795889742318,1795889742348,'answered',200,NULL,NULL,NULL);
INSERT INTO "attempts" VALUES(84,2,'send',3,1795889742318,1795889742348,'answered',200,NULL,NULL,NULL);
INSERT INTO "attempts" VALUES(85,2,'send',3,1795889742318,1795889742348,'answered',200,NULL,NULL,NULL);
INSERT INTO "attempts" VALUES(83,2,'send',3,1795889742346,1795889742360,'answered',200,NULL,NULL,NULL);
INSERT INTO "attempts" VALUES(86,1,'send',3,1795889742501,1795889742521,'answered',200,NULL,NULL,NULL);
INSERT INTO "attempts" VALUES(87,1,'send',3,1795889742501,1795889742521,'answered',200,NULL,NULL,NULL);
INSERT INTO "attempts" VALUES(88,1,'open',4,1795889745102,1795889745178,'answered',200,NULL,NULL,NULL);
INSERT INTO "attempts" VALUES(88,2,'send',4,1795889745194,NULL,NULL,NULL,NULL,NULL,NULL);
CREATE TABLE audit (
	id INTEGER NOT NULL, 
	at BIGINT NOT NULL, 
	actor TEXT NOT NULL, 
	action TEXT NOT NULL, 
	subject TEXT NOT NULL, 
	detail TEXT, 
	CONSTRAINT pk_audit PRIMARY KEY (id)
);
INSERT INTO "audit" VALUES(1,1795889729494,'maker','create','token:crm','{"routes": ["api", "braked", "closed", "drafts", "hooks", "mail", "night", "quick", "shop", "support", "tickets"], "source": "crm"}');
INSERT INTO "audit" VALUES(2,1795889729655,'maker','create','token:loader','{"routes": ["tickets"], "source": "csv:tickets"}');
INSERT INTO "audit" VALUES(3,1795889730024,'maker','create','token:old','{"routes": ["api"], "source": "old"}');
INSERT INTO "audit" VALUES(4,1795889730181,'maker','revoke','token:old',NULL);
INSERT INTO "audit" VALUES(5,1795889730442,'maker','pause','account:legacy','{"detail": "its contract has ended", "was": null}');
INSERT INTO "audit" VALUES(6,1795889730606,'maker','pause','route:night','{"detail": "the agent is being trained"}');
INSERT INTO "audit" VALUES(7,1795889730922,'turnwire','hand_off','conversation:4','{"from": "open", "to": "handed_off", "reason": "keyword", "detail": "speak to a person"}');
INSERT INTO "audit" VALUES(8,1795889733048,'turnwire','hand_off','conversation:23','{"from": "open", "to": "handed_off", "reason": "keyword", "detail": "speak to a person"}');
INSERT INTO "audit" VALUES(9,1795889737757,'maker','close','conversation:26','{"from": "open", "to": "closed", "reason": null, "cancelled": 0}');
INSERT INTO "audit" VALUES(10,1795889747020,'turnwire','hand_off','conversation:73','{"from": "open", "to": "handed_off", "reason": "brake_conversation"}');
INSERT INTO "audit" VALUES(11,1795889748768,'maker','cancel','followup:78','{"from": "scheduled", "to": "cancelled"}');
INSERT INTO "audit" VALUES(12,1795889749056,'maker','cancel','followup:164','{"from": "scheduled", "to": "cancelled"}');
INSERT INTO "audit" VALUES(13,1795889749194,'maker','cancel','turn:128','{"from": "queued", "to": "cancelled"}');
INSERT INTO "audit" VALUES(14,1795889749623,'maker','hand_off','conversation:65','{"from": "open", "to": "handed_off", "reason": "complaint"}');
INSERT INTO "audit" VALUES(15,1795889749778,'maker','hand_off','conversation:19','{"from": "open", "to": "handed_off", "reason": "operator"}');
CREATE TABLE brake_counts (
	"key" BIGINT NOT NULL, 
	hour_at BIGINT NOT NULL, 
	hour INTEGER NOT NULL, 
	day_at BIGINT NOT NULL, 
	day INTEGER NOT NULL, 
	CONSTRAINT pk_brake_counts PRIMARY KEY ("key")
);
INSERT INTO "brake_counts" VALUES(-5152497728677767738,1795889732037,2,1795889732037,2);
INSERT INTO "brake_counts" VALUES(1377195898949401667,1795889733324,4,1795889733324,4);
INSERT INTO "brake_counts" VALUES(-7058703841746872163,1795889733420,2,1795889733420,2);
INSERT INTO "brake_counts" VALUES(3617781759547901226,1795889733607,2,1795889733607,2);
INSERT INTO "brake_counts" VALUES(-7239943207676765344,1795889733676,2,1795889733676,2);
INSERT INTO "brake_counts" VALUES(-434254337519278607,1795889733714,2,1795889733714,2);
INSERT INTO "brake_counts" VALUES(2453971137531743354,1795889733765,2,1795889733765,2);
INSERT INTO "brake_counts" VALUES(4738045291602910853,1795889733838,2,1795889733838,2);
CREATE TABLE conflicts (
	id INTEGER NOT NULL, 
	event_id BIGINT NOT NULL, 
	hash TEXT NOT NULL, 
	text TEXT, 
	received_at BIGINT NOT NULL, 
	CONSTRAINT pk_conflicts PRIMARY KEY (id), 
	CONSTRAINT uq_conflicts_event_id_hash UNIQUE (event_id, hash)
);
INSERT INTO "conflicts" VALUES(1,33,'360beef9d54a85a5c9b57319857ff8ecee2f6d325f9e38f63d5bbe62fbbf707c','Other words under a known id (first).',1795889732091);
INSERT INTO "conflicts" VALUES(2,35,'92ba648665835b0f92f8b338a2d5b8124a659b52c4835fe0a7589a27838a336b','Other words in a batch (first).',1795889732242);
INSERT INTO "conflicts" VALUES(3,55,'907e969a1aec8192da3f94004606c7dceab360f78da5a031cac500547326cd41','Grüße, 你好: where is my parcel?',1795889733631);
INSERT INTO "conflicts" VALUES(4,63,'40cede812cee9345ded9d091c36048830d2491da8fd25639b7b4de62b56350d5','Other words by Celery (first).',1795889733871);
INSERT INTO "conflicts" VALUES(5,65,'6945c043b2389001ddbcf944cf9e7572bc354e752ab863e09b470f86ef406678','Other words by AMQP (first).',1795889734042);
INSERT INTO "conflicts" VALUES(6,72,'4b9e90e55bfe2f708a68c4e472a302474467b1e7085c1ee2ab7beabd2039bf93','Other words from Python (first).',1795889734265);
INSERT INTO "conflicts" VALUES(7,116,'cc2ab40a0e68c8a64a43b7269aad4c8276b4841db72fabff9e2db5ee161cb90c','Other words under a known id (second).',1795889746305);
INSERT INTO "conflicts" VALUES(8,118,'7f2fbb94e2562873138e23be9f9f11dd014ed6a9ea5f5020a33af77abe239e42','Other words in a batch (second).',1795889746401);
INSERT INTO "conflicts" VALUES(9,149,'b428e544652573b327e64061489fbf8a2a4a84d690135bb2ce2e4440f2c7926c','Other words by Celery (second).',1795889747420);
INSERT INTO "conflicts" VALUES(10,151,'b8572ce22d38a6ab77f78a664e5da3a670ff3f09723d148646fadc340cc0bdb9','Other words by AMQP (second).',1795889747540);
INSERT INTO "conflicts" VALUES(11,158,'5b660228ffc80a1a939bd3eda0bb97d0ef9eec5dc9ecc0d8a398bc0d5edffd62','Other words from Python (second).',1795889747643);
CREATE TABLE conversations (
	id INTEGER NOT NULL, 
	route TEXT NOT NULL, 
	"key" TEXT NOT NULL, 
	account TEXT NOT NULL, 
	agent TEXT NOT NULL, 
	customer TEXT, 
	subject TEXT, 
	status TEXT NOT NULL, 
	reason TEXT, 
	chat_id TEXT, 
	chat_number INTEGER DEFAULT '0' NOT NULL, 
	greeting TEXT, 
	baseline INTEGER, 
	opening BOOLEAN NOT NULL, 
	braked_at INTEGER, 
	note TEXT, 
	created_at BIGINT NOT NULL, 
	changed_at BIGINT NOT NULL, 
	CONSTRAINT pk_conversations PRIMARY KEY (id), 
	CONSTRAINT uq_conversations_route_key UNIQUE (route, "key")
);
INSERT INTO "conversations" VALUES(1,'mail','html-first@customers.example','osvi','agent_abc','{"email":"bob@customers.example"}','Address','open',NULL,'8547cf9c-3466-4a66-b4ae-0363820e4656',0,NULL,0,0,NULL,NULL,1795889730900,1795889736925);
INSERT INTO "conversations" VALUES(2,'mail','lost-first@customers.example','osvi','agent_abc','{"name":"Di","email":"di@customers.example"}','Lost','open',NULL,'679c1871-08ef-4dbf-a6c6-7cbebf098da4',0,NULL,0,0,NULL,NULL,1795889730900,1795889737077);
INSERT INTO "conversations" VALUES(3,'mail','order-first@brightwater.example','osvi','agent_abc','{"name":"Cy","email":"cy@customers.example"}','Re: Your order','open',NULL,'b2c36c4b-0ead-41ee-8435-92bbabe80fb7',0,NULL,0,0,NULL,NULL,1795889730900,1795889737077);
INSERT INTO "conversations" VALUES(4,'mail','person-first@customers.example','osvi','agent_abc','{"name":"Flo","email":"flo@customers.example"}','Person','handed_off','keyword',NULL,0,NULL,0,0,NULL,NULL,1795889730900,1795889730917);
INSERT INTO "conversations" VALUES(5,'mail','refused-first@customers.example','osvi','agent_abc','{"name":"Ed","email":"ed@customers.example"}','Refused','open',NULL,'e1273f05-5707-4a9d-92d5-3db5a5631c06',0,NULL,0,0,NULL,NULL,1795889730900,1795889737077);
INSERT INTO "conversations" VALUES(6,'mail','sha256:d1265268aa2370f97ef233b32b37dc17cc894b6d61e122f7131461285f62b38c','osvi','agent_abc','{"email":"bob@customers.example"}','Invoice','open',NULL,'119d463b-baf2-4299-853a-e5c880eb94df',0,NULL,0,0,NULL,NULL,1795889730900,1795889737077);
INSERT INTO "conversations" VALUES(7,'mail','thread-first@customers.example','osvi','agent_abc','{"name":"Ada Brook","email":"ada@customers.example"}','My parcel','open',NULL,'d283d5b7-6140-48c7-a906-49620c88ad33',0,NULL,0,0,NULL,NULL,1795889730900,1795889737077);
INSERT INTO "conversations" VALUES(8,'mail','single-first@customers.example','osvi','agent_abc','{"name":"Gus","email":"gus@customers.example"}','Password','open',NULL,'32fb8245-28b1-4325-a8bf-bfb220d804c0',0,NULL,0,0,NULL,NULL,1795889730939,1795889737077);
INSERT INTO "conversations" VALUES(9,'mail','dir-cur-first@customers.example','osvi','agent_abc','{"name":"Ida","email":"ida@customers.example"}','Damaged','open',NULL,'ff0f70a9-fc9f-4603-9009-9a2d9db0fd29',0,NULL,0,0,NULL,NULL,1795889730961,1795889737077);
INSERT INTO "conversations" VALUES(10,'mail','dir-new-first@customers.example','osvi','agent_abc','{"name":"Hal","email":"hal@customers.example"}','Refund','open',NULL,'4daba5b1-798d-49d5-bed2-7990e15aaf50',0,NULL,0,0,NULL,NULL,1795889730961,1795889737129);
INSERT INTO "conversations" VALUES(11,'tickets','1003','synthflow','893195c1-c640-438b-9761-2e5357b01cb8','{"email":"max@customers.example"}','No zone','open',NULL,'a5d1aab2-30c0-59f7-9e87-e7084f15d118',0,'Hi! How can I help you today?',0,0,NULL,NULL,1795889731358,1795889737040);
INSERT INTO "conversations" VALUES(12,'tickets','1002.0','synthflow','893195c1-c640-438b-9761-2e5357b01cb8','{"email":"lea@customers.example"}','Excel','open',NULL,'a3371f48-dda1-5877-a696-6666cf4557e4',0,'Hi! How can I help you today?',0,0,NULL,NULL,1795889731358,1795889737040);
INSERT INTO "conversations" VALUES(13,'tickets','1001','synthflow','893195c1-c640-438b-9761-2e5357b01cb8','{"email":"kim@customers.example"}','Parcel','open',NULL,'5ea18f1f-62cd-50d0-9c71-ead5e1f11283',0,'Hi! How can I help you today?',0,0,NULL,NULL,1795889731398,1795889737040);
INSERT INTO "conversations" VALUES(14,'tickets','J-first','synthflow','893195c1-c640-438b-9761-2e5357b01cb8',NULL,NULL,'open',NULL,'b0c1e94e-924f-51cb-880f-0db5b91c57af',0,'Hi! How can I help you today?',0,0,NULL,NULL,1795889731833,1795889736925);
INSERT INTO "conversations" VALUES(15,'api','H-first','osvi','agent_abc','{"id":"c-1","name":"Nell","email":"nell@customers.example"}',NULL,'open',NULL,'36483cad-6f6b-41d5-8f07-2c82636d1c3d',0,NULL,0,0,NULL,NULL,1795889731953,1795889736925);
INSERT INTO "conversations" VALUES(16,'api','B-first','osvi','agent_abc',NULL,NULL,'open',NULL,'ed04ca5d-3196-4e54-a1ea-9cffc3d15889',0,NULL,0,0,NULL,NULL,1795889732243,1795889737129);
INSERT INTO "conversations" VALUES(17,'api','CE-first','osvi','agent_abc',NULL,NULL,'open',NULL,'817500d0-3d08-431d-a4a0-dc3e307b265b',0,NULL,0,0,NULL,NULL,1795889732346,1795889737129);
INSERT INTO "conversations" VALUES(18,'support','S-first','osvi','agent_abc',NULL,NULL,'open',NULL,'f01301c1-198b-4984-b100-c1e861c4e528',0,NULL,0,0,NULL,NULL,1795889732427,1795889736925);
INSERT INTO "conversations" VALUES(19,'support','S-first-2','osvi','agent_abc',NULL,NULL,'handed_off','operator','dae0e453-f0bc-4a85-acc4-8d4503f9104e',0,NULL,0,0,NULL,NULL,1795889732561,1795889749775);
INSERT INTO "conversations" VALUES(20,'closed','X-first','legacy','agent_abc',NULL,NULL,'open',NULL,NULL,0,NULL,0,0,NULL,NULL,1795889732642,1795889732642);
INSERT INTO "conversations" VALUES(21,'night','N-first','synthflow','893195c1-c640-438b-9761-2e5357b01cb8',NULL,NULL,'open',NULL,NULL,0,NULL,0,0,NULL,NULL,1795889732935,1795889732935);
INSERT INTO "conversations" VALUES(22,'support','S-failed','osvi','agent_abc',NULL,NULL,'open',NULL,'32fd4971-0ed1-437c-80cb-64a0910b0786',0,NULL,0,0,NULL,NULL,1795889732986,1795889737129);
INSERT INTO "conversations" VALUES(23,'support','S-person','osvi','agent_abc',NULL,NULL,'handed_off','keyword',NULL,0,NULL,0,0,NULL,NULL,1795889733041,1795889733044);
INSERT INTO "conversations" VALUES(24,'api','H-lost','osvi','agent_abc',NULL,NULL,'open',NULL,'fe989675-978a-4e37-a2b8-20e52c3af2dd',0,NULL,0,0,NULL,NULL,1795889733077,1795889737129);
INSERT INTO "conversations" VALUES(25,'api','H-refused','osvi','agent_abc',NULL,NULL,'open',NULL,'d29d0df6-12cb-4e0c-8125-1a0ac4f0027d',0,NULL,0,0,NULL,NULL,1795889733140,1795889737129);
INSERT INTO "conversations" VALUES(26,'api','H-done','osvi','agent_abc',NULL,NULL,'closed',NULL,'e1bd7827-0cbc-4bca-91c6-a4b6188dfd5a',0,NULL,0,0,NULL,NULL,1795889733195,1795889737748);
INSERT INTO "conversations" VALUES(27,'tickets','L-first','synthflow','893195c1-c640-438b-9761-2e5357b01cb8',NULL,NULL,'open',NULL,'5400bee0-f47e-5438-8762-4e454a70c956',0,'Hi! How can I help you today?',0,0,NULL,NULL,1795889733284,1795889737077);
INSERT INTO "conversations" VALUES(28,'hooks','9','synthflow','893195c1-c640-438b-9761-2e5357b01cb8','{"email":"ada@example.com"}',NULL,'open',NULL,'93cb5266-781a-5d6f-8e28-4797211a81f0',0,'Hi! How can I help you today?',0,0,NULL,NULL,1795889733315,1795889737077);
INSERT INTO "conversations" VALUES(29,'hooks','cnv_1','synthflow','893195c1-c640-438b-9761-2e5357b01cb8','{"email":"ada@example.com"}','Parcel','open',NULL,'5b25e136-aed7-5f81-990a-51ca3b5d66d3',0,'Hi! How can I help you today?',0,0,NULL,NULL,1795889733351,1795889737077);
INSERT INTO "conversations" VALUES(30,'hooks','77','synthflow','893195c1-c640-438b-9761-2e5357b01cb8','{"id":"4","name":"Ada L","email":"ada@example.com"}','Parcel','open',NULL,'2cf69924-aefd-5f1d-99d9-780211b20a6c',0,'Hi! How can I help you today?',0,0,NULL,NULL,1795889733417,1795889737077);
INSERT INTO "conversations" VALUES(31,'hooks','901','synthflow','893195c1-c640-438b-9761-2e5357b01cb8',NULL,NULL,'open',NULL,'de594f58-0363-5e3d-b18c-d5e23ee6eabf',0,'Hi! How can I help you today?',0,0,NULL,NULL,1795889733453,1795889737077);
INSERT INTO "conversations" VALUES(32,'hooks','215','synthflow','893195c1-c640-438b-9761-2e5357b01cb8','{"id":"u1","name":"Ada","email":"ada@example.com"}',NULL,'open',NULL,'a58c2528-dc28-5229-8237-ca7d05ab331b',0,'Hi! How can I help you today?',0,0,NULL,NULL,1795889733604,1795889737077);
INSERT INTO "conversations" VALUES(33,'hooks','SUP-1','synthflow','893195c1-c640-438b-9761-2e5357b01cb8','{"id":"qm:1","name":"Ada"}','Parcel','open',NULL,'5066d98b-9dc6-5ede-a003-2ae47c59c245',0,'Hi! How can I help you today?',0,0,NULL,NULL,1795889733667,1795889737077);
INSERT INTO "conversations" VALUES(34,'hooks','T-1','synthflow','893195c1-c640-438b-9761-2e5357b01cb8','{"id":"12","name":"Ada","email":"ada@example.com","language":"de"}','Parcel','open',NULL,'15e6146e-12ef-510e-b066-85b61c026cda',0,'Hi! How can I help you today?',0,0,NULL,NULL,1795889733703,1795889736925);
INSERT INTO "conversations" VALUES(35,'hooks','3','synthflow','893195c1-c640-438b-9761-2e5357b01cb8','{"id":"5","name":"Ada","email":"ada@example.com"}','Parcel','open',NULL,'71e796c6-2dfc-5902-82e7-df2d30318507',0,'Hi! How can I help you today?',0,0,NULL,NULL,1795889733761,1795889737077);
INSERT INTO "conversations" VALUES(36,'hooks','35436','synthflow','893195c1-c640-438b-9761-2e5357b01cb8','{"id":"8","name":"Ada"}','Parcel','open',NULL,'c916447b-24ed-53ff-b1a0-3381c4fe3a69',0,'Hi! How can I help you today?',0,0,NULL,NULL,1795889733830,1795889737077);
INSERT INTO "conversations" VALUES(37,'api','CL-first','osvi','agent_abc',NULL,NULL,'open',NULL,'4ed5566c-bf07-4717-a064-062edf22134a',0,NULL,0,0,NULL,NULL,1795889733880,1795889737129);
INSERT INTO "conversations" VALUES(38,'shop','C-first-1','synthflow','893195c1-c640-438b-9761-2e5357b01cb8',NULL,NULL,'open',NULL,'22713bb2-b3b2-5fc7-a73a-ea20484cd2c1',0,'Hi! How can I help you today?',0,0,NULL,NULL,1795889733880,1795889736925);
INSERT INTO "conversations" VALUES(39,'shop','C-first-2','synthflow','893195c1-c640-438b-9761-2e5357b01cb8',NULL,NULL,'open',NULL,'40b24f9f-274e-5f75-a091-68ccfe9f42d7',0,'Hi! How can I help you today?',0,0,NULL,NULL,1795889733880,1795889737077);
INSERT INTO "conversations" VALUES(40,'api','AM-first','osvi','agent_abc',NULL,NULL,'open',NULL,'ac98b844-a7ec-4ebe-9371-b28f036eabac',0,NULL,0,0,NULL,NULL,1795889734046,1795889737129);
INSERT INTO "conversations" VALUES(41,'api','AM-first-ce','osvi','agent_abc',NULL,NULL,'open',NULL,'494171df-e424-40db-b3e5-862f0ed302b5',0,NULL,0,0,NULL,NULL,1795889734046,1795889737129);
INSERT INTO "conversations" VALUES(42,'api','AM-first-t','osvi','agent_abc',NULL,NULL,'open',NULL,'fbe2bdb5-8284-4612-b7c7-5103f9a9cd2e',0,NULL,0,0,NULL,NULL,1795889734046,1795889737129);
INSERT INTO "conversations" VALUES(43,'api','PY-first','osvi','agent_abc',NULL,NULL,'open',NULL,'721d43ec-8937-4c33-9525-996787e90742',0,NULL,0,0,NULL,NULL,1795889734270,1795889737129);
INSERT INTO "conversations" VALUES(44,'api','CLI-first','osvi','agent_abc',NULL,NULL,'open',NULL,'dbc0bd57-a341-487e-9936-f7f573fd2b3e',0,NULL,0,0,NULL,NULL,1795889734573,1795889737129);
INSERT INTO "conversations" VALUES(45,'api','H-swept','osvi','agent_abc',NULL,NULL,'open',NULL,'27190937-bfee-4176-8013-377eed3431e7',0,NULL,0,0,NULL,NULL,1795889738240,1795889739875);
INSERT INTO "conversations" VALUES(46,'support','S-late','osvi','agent_abc',NULL,NULL,'open',NULL,'b778b43d-f54d-4806-9406-9e0c6a95e12b',0,NULL,0,0,NULL,NULL,1795889741796,1795889742236);
INSERT INTO "conversations" VALUES(47,'support','S-late-2','osvi','agent_abc',NULL,NULL,'open',NULL,'9d18ed4b-73e5-49cf-b64b-789de3e6e85e',0,NULL,0,0,NULL,NULL,1795889741816,1795889742236);
INSERT INTO "conversations" VALUES(48,'support','S-over','osvi','agent_abc',NULL,NULL,'open',NULL,'8ebac191-8c09-470f-ba07-3ee55d143b29',0,NULL,0,0,NULL,NULL,1795889741822,1795889742236);
INSERT INTO "conversations" VALUES(49,'drafts','D-over','osvi','agent_abc',NULL,NULL,'open',NULL,'60723dc0-2d99-4f2f-8dca-3b61bd45e795',0,NULL,0,0,NULL,NULL,1795889741830,1795889742236);
INSERT INTO "conversations" VALUES(50,'shop','C-late-1','synthflow','893195c1-c640-438b-9761-2e5357b01cb8',NULL,NULL,'open',NULL,'1daee85d-619b-54e6-9991-077c727e7223',0,'Hi! How can I help you today?',0,0,NULL,NULL,1795889741850,1795889742236);
INSERT INTO "conversations" VALUES(51,'shop','C-late-2','synthflow','893195c1-c640-438b-9761-2e5357b01cb8',NULL,NULL,'open',NULL,'43e1630d-8784-5de7-a947-d2971571a150',0,'Hi! How can I help you today?',0,0,NULL,NULL,1795889741876,1795889742236);
INSERT INTO "conversations" VALUES(52,'api','H-sending','osvi','agent_abc',NULL,NULL,'open',NULL,'9e3f03f4-e42a-4dad-89df-35504a409312',0,NULL,0,0,NULL,NULL,1795889742836,1795889745186);
INSERT INTO "conversations" VALUES(53,'mail','order-second@brightwater.example','osvi','agent_abc','{"name":"Cy","email":"cy@customers.example"}','Re: Your order','open',NULL,NULL,0,NULL,0,0,NULL,NULL,1795889745372,1795889745372);
INSERT INTO "conversations" VALUES(54,'mail','html-second@customers.example','osvi','agent_abc','{"email":"bob@customers.example"}','Address','open',NULL,NULL,0,NULL,0,0,NULL,NULL,1795889745372,1795889745372);
INSERT INTO "conversations" VALUES(55,'mail','sha256:cbfa069f85d465a0f7fd9190ea8751908234803f7d510ce99c19f392d5e74d7a','osvi','agent_abc','{"email":"bob@customers.example"}','Invoice','open',NULL,NULL,0,NULL,0,0,NULL,NULL,1795889745372,1795889745372);
INSERT INTO "conversations" VALUES(56,'mail','thread-second@customers.example','osvi','agent_abc','{"name":"Ada Brook","email":"ada@customers.example"}','My parcel','open',NULL,NULL,0,NULL,0,0,NULL,NULL,1795889745372,1795889745372);
INSERT INTO "conversations" VALUES(57,'mail','single-second@customers.example','osvi','agent_abc','{"name":"Gus","email":"gus@customers.example"}','Password','open',NULL,NULL,0,NULL,0,0,NULL,NULL,1795889745395,1795889745395);
INSERT INTO "conversations" VALUES(58,'mail','dir-cur-second@customers.example','osvi','agent_abc','{"name":"Ida","email":"ida@customers.example"}','Damaged','open',NULL,NULL,0,NULL,0,0,NULL,NULL,1795889745404,1795889745404);
INSERT INTO "conversations" VALUES(59,'mail','dir-new-second@customers.example','osvi','agent_abc','{"name":"Hal","email":"hal@customers.example"}','Refund','open',NULL,NULL,0,NULL,0,0,NULL,NULL,1795889745404,1795889745404);
INSERT INTO "conversations" VALUES(60,'tickets','1053','synthflow','893195c1-c640-438b-9761-2e5357b01cb8','{"email":"max@customers.example"}','No zone','open',NULL,NULL,0,NULL,0,0,NULL,NULL,1795889745689,1795889745689);
INSERT INTO "conversations" VALUES(61,'tickets','1052.0','synthflow','893195c1-c640-438b-9761-2e5357b01cb8','{"email":"lea@customers.example"}','Excel','open',NULL,NULL,0,NULL,0,0,NULL,NULL,1795889745689,1795889745689);
INSERT INTO "conversations" VALUES(62,'tickets','1051','synthflow','893195c1-c640-438b-9761-2e5357b01cb8','{"email":"kim@customers.example"}','Parcel','open',NULL,NULL,0,NULL,0,0,NULL,NULL,1795889745705,1795889745705);
INSERT INTO "conversations" VALUES(63,'tickets','J-second','synthflow','893195c1-c640-438b-9761-2e5357b01cb8',NULL,NULL,'open',NULL,NULL,0,NULL,0,0,NULL,NULL,1795889746090,1795889746090);
INSERT INTO "conversations" VALUES(64,'api','H-second','osvi','agent_abc','{"id":"c-1","name":"Nell","email":"nell@customers.example"}',NULL,'open',NULL,NULL,0,NULL,0,0,NULL,NULL,1795889746165,1795889746165);
INSERT INTO "conversations" VALUES(65,'api','B-second','osvi','agent_abc',NULL,NULL,'handed_off','complaint',NULL,0,NULL,0,0,NULL,NULL,1795889746402,1795889749619);
INSERT INTO "conversations" VALUES(66,'api','CE-second','osvi','agent_abc',NULL,NULL,'open',NULL,NULL,0,NULL,0,0,NULL,NULL,1795889746462,1795889746462);
INSERT INTO "conversations" VALUES(67,'support','S-second','osvi','agent_abc',NULL,NULL,'open',NULL,NULL,0,NULL,0,0,NULL,NULL,1795889746567,1795889746567);
INSERT INTO "conversations" VALUES(68,'support','S-second-2','osvi','agent_abc',NULL,NULL,'open',NULL,NULL,0,NULL,0,0,NULL,NULL,1795889746591,1795889746591);
INSERT INTO "conversations" VALUES(69,'closed','X-second','legacy','agent_abc',NULL,NULL,'open',NULL,NULL,0,NULL,0,0,NULL,NULL,1795889746610,1795889746610);
INSERT INTO "conversations" VALUES(70,'night','N-second','synthflow','893195c1-c640-438b-9761-2e5357b01cb8',NULL,NULL,'open',NULL,NULL,0,NULL,0,0,NULL,NULL,1795889746632,1795889746632);
INSERT INTO "conversations" VALUES(71,'api','H-cancelled','osvi','agent_abc',NULL,NULL,'open',NULL,NULL,0,NULL,0,0,NULL,NULL,1795889746720,1795889746720);
INSERT INTO "conversations" VALUES(72,'quick','Q-1','osvi','agent_abc',NULL,NULL,'open',NULL,NULL,0,NULL,0,0,NULL,NULL,1795889746743,1795889746743);
INSERT INTO "conversations" VALUES(73,'braked','K-1','osvi','agent_abc',NULL,NULL,'handed_off','brake_conversation',NULL,0,NULL,0,0,3,NULL,1795889746939,1795889747016);
INSERT INTO "conversations" VALUES(74,'tickets','L-second','synthflow','893195c1-c640-438b-9761-2e5357b01cb8',NULL,NULL,'open',NULL,NULL,0,NULL,0,0,NULL,NULL,1795889747069,1795889747069);
INSERT INTO "conversations" VALUES(75,'hooks','10','synthflow','893195c1-c640-438b-9761-2e5357b01cb8','{"email":"ada@example.com"}',NULL,'open',NULL,NULL,0,NULL,0,0,NULL,NULL,1795889747117,1795889747117);
INSERT INTO "conversations" VALUES(76,'hooks','cnv_2','synthflow','893195c1-c640-438b-9761-2e5357b01cb8','{"email":"ada@example.com"}','Parcel','open',NULL,NULL,0,NULL,0,0,NULL,NULL,1795889747153,1795889747153);
INSERT INTO "conversations" VALUES(77,'hooks','78','synthflow','893195c1-c640-438b-9761-2e5357b01cb8','{"id":"4","name":"Ada L","email":"ada@example.com"}','Parcel','open',NULL,NULL,0,NULL,0,0,NULL,NULL,1795889747192,1795889747192);
INSERT INTO "conversations" VALUES(78,'hooks','902','synthflow','893195c1-c640-438b-9761-2e5357b01cb8',NULL,NULL,'open',NULL,NULL,0,NULL,0,0,NULL,NULL,1795889747220,1795889747220);
INSERT INTO "conversations" VALUES(79,'hooks','216','synthflow','893195c1-c640-438b-9761-2e5357b01cb8','{"id":"u1","name":"Ada","email":"ada@example.com"}',NULL,'open',NULL,NULL,0,NULL,0,0,NULL,NULL,1795889747276,1795889747276);
INSERT INTO "conversations" VALUES(80,'hooks','SUP-2','synthflow','893195c1-c640-438b-9761-2e5357b01cb8','{"id":"qm:1","name":"Ada"}','Parcel','open',NULL,NULL,0,NULL,0,0,NULL,NULL,1795889747306,1795889747306);
INSERT INTO "conversations" VALUES(81,'hooks','T-2','synthflow','893195c1-c640-438b-9761-2e5357b01cb8','{"id":"12","name":"Ada","email":"ada@example.com","language":"de"}','Parcel','open',NULL,NULL,0,NULL,0,0,NULL,NULL,1795889747347,1795889747347);
INSERT INTO "conversations" VALUES(82,'hooks','4','synthflow','893195c1-c640-438b-9761-2e5357b01cb8','{"id":"5","name":"Ada","email":"ada@example.com"}','Parcel','open',NULL,NULL,0,NULL,0,0,NULL,NULL,1795889747369,1795889747369);
INSERT INTO "conversations" VALUES(83,'hooks','35437','synthflow','893195c1-c640-438b-9761-2e5357b01cb8','{"id":"8","name":"Ada"}','Parcel','open',NULL,NULL,0,NULL,0,0,NULL,NULL,1795889747390,1795889747390);
INSERT INTO "conversations" VALUES(84,'api','CL-second','osvi','agent_abc',NULL,NULL,'open',NULL,NULL,0,NULL,0,0,NULL,NULL,1795889747426,1795889747426);
INSERT INTO "conversations" VALUES(85,'shop','C-second-1','synthflow','893195c1-c640-438b-9761-2e5357b01cb8',NULL,NULL,'open',NULL,NULL,0,NULL,0,0,NULL,NULL,1795889747426,1795889747426);
INSERT INTO "conversations" VALUES(86,'shop','C-second-2','synthflow','893195c1-c640-438b-9761-2e5357b01cb8',NULL,NULL,'open',NULL,NULL,0,NULL,0,0,NULL,NULL,1795889747426,1795889747426);
INSERT INTO "conversations" VALUES(87,'api','AM-second','osvi','agent_abc',NULL,NULL,'open',NULL,NULL,0,NULL,0,0,NULL,NULL,1795889747547,1795889747547);
INSERT INTO "conversations" VALUES(88,'api','AM-second-ce','osvi','agent_abc',NULL,NULL,'open',NULL,NULL,0,NULL,0,0,NULL,NULL,1795889747547,1795889747547);
INSERT INTO "conversations" VALUES(89,'api','AM-second-t','osvi','agent_abc',NULL,NULL,'open',NULL,NULL,0,NULL,0,0,NULL,NULL,1795889747547,1795889747547);
INSERT INTO "conversations" VALUES(90,'api','PY-second','osvi','agent_abc',NULL,NULL,'open',NULL,NULL,0,NULL,0,0,NULL,NULL,1795889747649,1795889747649);
INSERT INTO "conversations" VALUES(91,'api','CLI-second','osvi','agent_abc',NULL,NULL,'open',NULL,NULL,0,NULL,0,0,NULL,NULL,1795889747842,1795889747842);
CREATE TABLE endpoints (
	name TEXT NOT NULL, 
	failing_since BIGINT, 
	failed_at BIGINT, 
	error TEXT, 
	disabled_at BIGINT, 
	reason TEXT, 
	changed_at BIGINT NOT NULL, 
	CONSTRAINT pk_endpoints PRIMARY KEY (name)
);
INSERT INTO "endpoints" VALUES('celery',1795889742412,1795889742528,'this process has no broker',NULL,NULL,1795889742412);
INSERT INTO "endpoints" VALUES('webhook',1795889742413,1795889742601,'the server closed the connection without answering',NULL,NULL,1795889742413);
CREATE TABLE event_bodies (
	event_id BIGINT NOT NULL, 
	body BLOB NOT NULL, 
	CONSTRAINT pk_event_bodies PRIMARY KEY (event_id)
);
INSERT INTO "event_bodies" VALUES(15,X'46726F6D3A204164612042726F6F6B203C61646140637573746F6D6572732E6578616D706C653E0A546F3A20737570706F72744062726967687477617465722E6578616D706C650A5375626A6563743A204D792070617263656C0A446174653A204D6F6E2C203032204E6F7620323032362030393A30303A3030202B303130300A4D6573736167652D49443A203C7468726561642D666972737440637573746F6D6572732E6578616D706C653E0A4D494D452D56657273696F6E3A20312E300A436F6E74656E742D547970653A20746578742F706C61696E3B20636861727365743D7574662D380A436F6E74656E742D5472616E736665722D456E636F64696E673A20386269740A0A5768657265206973206D792070617263656C3F202866697273742C206669727374206D61696C206F66206120746872656164290A');
INSERT INTO "event_bodies" VALUES(14,X'46726F6D3A204164612042726F6F6B203C61646140637573746F6D6572732E6578616D706C653E0A546F3A20737570706F72744062726967687477617465722E6578616D706C650A5375626A6563743A2052653A204D792070617263656C0A446174653A204D6F6E2C203033204E6F7620323032362030393A30303A3030202B303130300A4D6573736167652D49443A203C7468726561642D66697273742D6240637573746F6D6572732E6578616D706C653E0A496E2D5265706C792D546F3A203C7468726561642D666972737440637573746F6D6572732E6578616D706C653E0A5265666572656E6365733A203C7468726561642D666972737440637573746F6D6572732E6578616D706C653E0A4D494D452D56657273696F6E3A20312E300A436F6E74656E742D547970653A20746578742F706C61696E3B20636861727365743D7574662D380A436F6E74656E742D5472616E736665722D456E636F64696E673A20386269740A0A4974206973207374696C6C206E6F7420686572652E202866697273742C207365636F6E64206D61696C206F662074686520746872656164290A');
INSERT INTO "event_bodies" VALUES(13,X'46726F6D3A20626F6240637573746F6D6572732E6578616D706C650A546F3A20737570706F72744062726967687477617465722E6578616D706C650A5375626A6563743A20496E766F6963650A446174653A204D6F6E2C203034204E6F7620323032362030393A30303A3030202B303130300A4D494D452D56657273696F6E3A20312E300A436F6E74656E742D547970653A20746578742F706C61696E3B20636861727365743D7574662D380A436F6E74656E742D5472616E736665722D456E636F64696E673A20386269740A0A506C656173652073656E642074686520696E766F69636520616761696E2E202866697273742C2061206D61696C20776974686F757420616E206964290A');
INSERT INTO "event_bodies" VALUES(3,X'46726F6D3A20626F6240637573746F6D6572732E6578616D706C650A546F3A20737570706F72744062726967687477617465722E6578616D706C650A5375626A6563743A20416464726573730A446174653A204D6F6E2C203034204E6F7620323032362031303A30303A3030202B303130300A4D6573736167652D49443A203C68746D6C2D666972737440637573746F6D6572732E6578616D706C653E0A4D494D452D56657273696F6E3A20312E300A436F6E74656E742D547970653A20746578742F68746D6C3B20636861727365743D7574662D380A436F6E74656E742D5472616E736665722D456E636F64696E673A20386269740A0A3C703E4D79203C623E6E657720616464726573733C2F623E206973204D696C6C204C616E6520342E202866697273742C20696E2048544D4C293C2F703E0A');
INSERT INTO "event_bodies" VALUES(7,X'46726F6D3A204379203C637940637573746F6D6572732E6578616D706C653E0A546F3A20737570706F72744062726967687477617465722E6578616D706C650A5375626A6563743A2052653A20596F7572206F726465720A446174653A204D6F6E2C203034204E6F7620323032362031313A30303A3030202B303130300A4D6573736167652D49443A203C6F727068616E2D666972737440637573746F6D6572732E6578616D706C653E0A496E2D5265706C792D546F3A203C6F726465722D66697273744062726967687477617465722E6578616D706C653E0A5265666572656E6365733A203C6F726465722D66697273744062726967687477617465722E6578616D706C653E0A4D494D452D56657273696F6E3A20312E300A436F6E74656E742D547970653A20746578742F706C61696E3B20636861727365743D7574662D380A436F6E74656E742D5472616E736665722D456E636F64696E673A20386269740A0A5468697320616E73776572732061206D61696C20796F752073656E742E20286669727374290A');
INSERT INTO "event_bodies" VALUES(1,X'46726F6D3A20626F6240637573746F6D6572732E6578616D706C650A546F3A20737570706F72744062726967687477617465722E6578616D706C650A5375626A6563743A204F7574206F66206F66666963650A446174653A204D6F6E2C203035204E6F7620323032362030393A30303A3030202B303130300A4D6573736167652D49443A203C6175746F2D666972737440637573746F6D6572732E6578616D706C653E0A4175746F2D5375626D69747465643A206175746F2D7265706C6965640A4D494D452D56657273696F6E3A20312E300A436F6E74656E742D547970653A20746578742F706C61696E3B20636861727365743D7574662D380A436F6E74656E742D5472616E736665722D456E636F64696E673A20386269740A0A4920616D206177617920756E74696C204D6F6E6461792E20286669727374290A');
INSERT INTO "event_bodies" VALUES(8,X'46726F6D3A20737570706F72744062726967687477617465722E6578616D706C650A546F3A2061646140637573746F6D6572732E6578616D706C650A5375626A6563743A2052653A204D792070617263656C0A446174653A204D6F6E2C203035204E6F7620323032362031303A30303A3030202B303130300A4D6573736167652D49443A203C6F776E2D66697273744062726967687477617465722E6578616D706C653E0A4D494D452D56657273696F6E3A20312E300A436F6E74656E742D547970653A20746578742F706C61696E3B20636861727365743D7574662D380A436F6E74656E742D5472616E736665722D456E636F64696E673A20386269740A0A4F7572206F776E20616E737765722E20286669727374290A');
INSERT INTO "event_bodies" VALUES(2,X'46726F6D3A204D41494C45522D4441454D4F4E406D782E6578616D706C650A546F3A20737570706F72744062726967687477617465722E6578616D706C650A5375626A6563743A20556E64656C697665726564204D61696C2052657475726E656420746F2053656E6465720A446174653A204D6F6E2C203035204E6F7620323032362031313A30303A3030202B303130300A4D6573736167652D49443A203C626F756E63652D6669727374406D782E6578616D706C653E0A52657475726E2D506174683A203C3E0A4D494D452D56657273696F6E3A20312E300A436F6E74656E742D547970653A20746578742F706C61696E3B20636861727365743D7574662D380A436F6E74656E742D5472616E736665722D456E636F64696E673A20386269740A0A497420636F756C64206E6F742062652064656C6976657265642E20286669727374290A');
INSERT INTO "event_bodies" VALUES(4,X'46726F6D3A206E657773406C697374732E6578616D706C650A546F3A20737570706F72744062726967687477617465722E6578616D706C650A5375626A6563743A204E6577730A446174653A204D6F6E2C203035204E6F7620323032362031323A30303A3030202B303130300A4D6573736167652D49443A203C6C6973742D6669727374406C697374732E6578616D706C653E0A4C6973742D49643A203C6E6577732E6C697374732E6578616D706C653E0A507265636564656E63653A206C6973740A4D494D452D56657273696F6E3A20312E300A436F6E74656E742D547970653A20746578742F706C61696E3B20636861727365743D7574662D380A436F6E74656E742D5472616E736665722D456E636F64696E673A20386269740A0A57686174206973206E65772E20286669727374290A');
INSERT INTO "event_bodies" VALUES(12,X'46726F6D3A20626F6240637573746F6D6572732E6578616D706C650A546F3A20737570706F72744062726967687477617465722E6578616D706C650A5375626A6563743A200A446174653A204D6F6E2C203036204E6F7620323032362030393A30303A3030202B303130300A4D6573736167652D49443A203C656D7074792D666972737440637573746F6D6572732E6578616D706C653E0A4D494D452D56657273696F6E3A20312E300A436F6E74656E742D547970653A20746578742F706C61696E3B20636861727365743D7574662D380A436F6E74656E742D5472616E736665722D456E636F64696E673A20386269740A0A0A');
INSERT INTO "event_bodies" VALUES(6,X'46726F6D3A204469203C646940637573746F6D6572732E6578616D706C653E0A546F3A20737570706F72744062726967687477617465722E6578616D706C650A5375626A6563743A204C6F73740A446174653A204D6F6E2C203036204E6F7620323032362031303A30303A3030202B303130300A4D6573736167652D49443A203C6C6F73742D666972737440637573746F6D6572732E6578616D706C653E0A4D494D452D56657273696F6E3A20312E300A436F6E74656E742D547970653A20746578742F706C61696E3B20636861727365743D7574662D380A436F6E74656E742D5472616E736665722D456E636F64696E673A20386269740A0A54686520616E7377657220746F2074686973206F6E65206973206C6F73742E205B6C6F73745D0A');
INSERT INTO "event_bodies" VALUES(5,X'46726F6D3A204469203C646940637573746F6D6572732E6578616D706C653E0A546F3A20737570706F72744062726967687477617465722E6578616D706C650A5375626A6563743A2052653A204C6F73740A446174653A204D6F6E2C203036204E6F7620323032362031313A30303A3030202B303130300A4D6573736167652D49443A203C6C6F73742D66697273742D6240637573746F6D6572732E6578616D706C653E0A5265666572656E6365733A203C6C6F73742D666972737440637573746F6D6572732E6578616D706C653E0A4D494D452D56657273696F6E3A20312E300A436F6E74656E742D547970653A20746578742F706C61696E3B20636861727365743D7574662D380A436F6E74656E742D5472616E736665722D456E636F64696E673A20386269740A0A54686973206F6E6520776169747320626568696E6420746865206C6F7374206F6E652E0A');
INSERT INTO "event_bodies" VALUES(11,X'46726F6D3A204564203C656440637573746F6D6572732E6578616D706C653E0A546F3A20737570706F72744062726967687477617465722E6578616D706C650A5375626A6563743A20526566757365640A446174653A204D6F6E2C203036204E6F7620323032362031323A30303A3030202B303130300A4D6573736167652D49443A203C726566757365642D666972737440637573746F6D6572732E6578616D706C653E0A4D494D452D56657273696F6E3A20312E300A436F6E74656E742D547970653A20746578742F706C61696E3B20636861727365743D7574662D380A436F6E74656E742D5472616E736665722D456E636F64696E673A20386269740A0A5468652070726F766964657220726566757365732074686973206F6E652E205B726566757365645D0A');
INSERT INTO "event_bodies" VALUES(10,X'46726F6D3A20466C6F203C666C6F40637573746F6D6572732E6578616D706C653E0A546F3A20737570706F72744062726967687477617465722E6578616D706C650A5375626A6563743A20506572736F6E0A446174653A204D6F6E2C203036204E6F7620323032362031333A30303A3030202B303130300A4D6573736167652D49443A203C706572736F6E2D666972737440637573746F6D6572732E6578616D706C653E0A4D494D452D56657273696F6E3A20312E300A436F6E74656E742D547970653A20746578742F706C61696E3B20636861727365743D7574662D380A436F6E74656E742D5472616E736665722D456E636F64696E673A20386269740A0A492077616E7420746F20737065616B20746F206120706572736F6E2E0A');
INSERT INTO "event_bodies" VALUES(9,X'46726F6D3A20466C6F203C666C6F40637573746F6D6572732E6578616D706C653E0A546F3A20737570706F72744062726967687477617465722E6578616D706C650A5375626A6563743A2052653A20506572736F6E0A446174653A204D6F6E2C203036204E6F7620323032362031343A30303A3030202B303130300A4D6573736167652D49443A203C706572736F6E2D66697273742D6240637573746F6D6572732E6578616D706C653E0A5265666572656E6365733A203C706572736F6E2D666972737440637573746F6D6572732E6578616D706C653E0A4D494D452D56657273696F6E3A20312E300A436F6E74656E742D547970653A20746578742F706C61696E3B20636861727365743D7574662D380A436F6E74656E742D5472616E736665722D456E636F64696E673A20386269740A0A497320616E79626F64792074686572653F0A');
INSERT INTO "event_bodies" VALUES(16,X'46726F6D3A20477573203C67757340637573746F6D6572732E6578616D706C653E0A546F3A20737570706F72744062726967687477617465722E6578616D706C650A5375626A6563743A2050617373776F72640A446174653A204D6F6E2C203037204E6F7620323032362030393A30303A3030202B303130300A4D6573736167652D49443A203C73696E676C652D666972737440637573746F6D6572732E6578616D706C653E0A4D494D452D56657273696F6E3A20312E300A436F6E74656E742D547970653A20746578742F706C61696E3B20636861727365743D7574662D380A436F6E74656E742D5472616E736665722D456E636F64696E673A20386269740A0A492063616E6E6F74207369676E20696E2E202866697273742C206F6E65206D61696C20696E20612066696C65290A');
INSERT INTO "event_bodies" VALUES(17,X'46726F6D3A2048616C203C68616C40637573746F6D6572732E6578616D706C653E0A546F3A20737570706F72744062726967687477617465722E6578616D706C650A5375626A6563743A20526566756E640A446174653A204D6F6E2C203038204E6F7620323032362030393A30303A3030202B303130300A4D6573736167652D49443A203C6469722D6E65772D666972737440637573746F6D6572732E6578616D706C653E0A4D494D452D56657273696F6E3A20312E300A436F6E74656E742D547970653A20746578742F706C61696E3B20636861727365743D7574662D380A436F6E74656E742D5472616E736665722D456E636F64696E673A20386269740A0A492077616E74206120726566756E642E202866697273742C206E657720696E2061204D61696C646972290A');
INSERT INTO "event_bodies" VALUES(18,X'46726F6D3A20496461203C69646140637573746F6D6572732E6578616D706C653E0A546F3A20737570706F72744062726967687477617465722E6578616D706C650A5375626A6563743A2044616D616765640A446174653A204D6F6E2C203038204E6F7620323032362031303A30303A3030202B303130300A4D6573736167652D49443A203C6469722D6375722D666972737440637573746F6D6572732E6578616D706C653E0A4D494D452D56657273696F6E3A20312E300A436F6E74656E742D547970653A20746578742F706C61696E3B20636861727365743D7574662D380A436F6E74656E742D5472616E736665722D456E636F64696E673A20386269740A0A546865206C616D702069732064616D616765642E202866697273742C207365656E20696E2061204D61696C646972290A');
INSERT INTO "event_bodies" VALUES(20,X'46726F6D3A204A6F203C6A6F40637573746F6D6572732E6578616D706C653E0A546F3A20737570706F72744062726967687477617465722E6578616D706C650A5375626A6563743A2059656172732061676F0A446174653A204D6F6E2C203033204E6F7620323032352030393A30303A3030202B303130300A4D6573736167652D49443A203C6F6C642D666972737440637573746F6D6572732E6578616D706C653E0A4D494D452D56657273696F6E3A20312E300A436F6E74656E742D547970653A20746578742F706C61696E3B20636861727365743D7574662D380A436F6E74656E742D5472616E736665722D456E636F64696E673A20386269740A0A416E206F6C64207175657374696F6E2E20286669727374290A');
INSERT INTO "event_bodies" VALUES(19,X'46726F6D3A204A6F203C6A6F40637573746F6D6572732E6578616D706C653E0A546F3A20737570706F72744062726967687477617465722E6578616D706C650A5375626A6563743A2052653A2059656172732061676F0A446174653A205475652C203034204E6F7620323032352030393A30303A3030202B303130300A4D6573736167652D49443A203C6F6C642D66697273742D6240637573746F6D6572732E6578616D706C653E0A5265666572656E6365733A203C6F6C642D666972737440637573746F6D6572732E6578616D706C653E0A4D494D452D56657273696F6E3A20312E300A436F6E74656E742D547970653A20746578742F706C61696E3B20636861727365743D7574662D380A436F6E74656E742D5472616E736665722D456E636F64696E673A20386269740A0A416E206F6C64207468616E6B20796F752E20286669727374290A');
INSERT INTO "event_bodies" VALUES(21,X'313030322E302C2C41206E756D626572202077697468206120706F696E7420616E642074776F2073706163657320286669727374292E2C323032362D31312D30335430393A30303A30302B30313A30302C457863656C2C6C656140637573746F6D6572732E6578616D706C652C637573746F6D65722C736F7574680A');
INSERT INTO "event_bodies" VALUES(22,X'313030332C2C4120726F7720776974686F757420616E20696420286669727374292E2C30332E31312E323032362030393A30302C4E6F207A6F6E652C6D617840637573746F6D6572732E6578616D706C652C637573746F6D65722C736F7574680A');
INSERT INTO "event_bodies" VALUES(23,X'313030342C2C2C323032362D31312D30335430393A30303A30305A2C4E6F20746578742C6D617840637573746F6D6572732E6578616D706C652C637573746F6D65722C736F7574680A');
INSERT INTO "event_bodies" VALUES(24,X'313030312C6D2D313030312C5768657265206973207469636B657420313030313F2C323032362D31312D30325430393A30303A30305A2C50617263656C2C6B696D40637573746F6D6572732E6578616D706C652C637573746F6D65722C6E6F7274680A');
INSERT INTO "event_bodies" VALUES(25,X'313030312C6D2D313030312D632C5468616E6B20796F75202831303031292E2C323032362D31312D30325431313A30303A30305A2C50617263656C2C6B696D40637573746F6D6572732E6578616D706C652C637573746F6D65722C6E6F7274680A');
INSERT INTO "event_bodies" VALUES(26,X'313030312C6D2D313030312D622C5765206C6F6F6B20696E746F2069742E2C323032362D31312D30325431303A30303A30305A2C50617263656C2C2C6167656E742C6E6F7274680A');
INSERT INTO "event_bodies" VALUES(27,X'6F6C642D313030302C6F6C642D6D2D313030302C416E206F6C64207469636B657420286669727374292E2C323032352D31312D30335430393A30303A30305A2C637573746F6D65720A');
INSERT INTO "event_bodies" VALUES(28,X'6F6C642D313030302C6F6C642D6D2D313030302D622C416E206F6C6420616E7377657220286669727374292E2C323032352D31312D30335431303A30303A30305A2C6167656E740A');
INSERT INTO "event_bodies" VALUES(29,X'7B22636F6E766572736174696F6E223A20224A2D6669727374222C20226964223A20224A2D66697273742F31222C202274657874223A202241206C696E65206F6620612066696C6520286669727374292E227D0A');
INSERT INTO "event_bodies" VALUES(30,X'7B22636F6E766572736174696F6E223A20224A2D6669727374222C20226964223A20224A2D66697273742F32222C202274657874223A2022497473206E657874206C696E6520286669727374292E222C20226F636375727265645F6174223A2022323032362D31312D30325431303A30303A30305A222C20227072696F72697479223A20377D0A');
INSERT INTO "event_bodies" VALUES(31,X'7B22636F6E766572736174696F6E223A20224A2D66697273742D647565222C20226964223A20224A2D66697273742D6475652F31222C202274657874223A202241206C696E65207468617420697320647565206C6174657220286669727374292E222C20226475655F6174223A2022323033302D30312D30325430393A30303A30305A227D0A');
INSERT INTO "event_bodies" VALUES(32,X'7B22636F6E766572736174696F6E223A20224A2D66697273742D626164222C20226964223A20224A2D66697273742D6261642F31227D0A');
INSERT INTO "event_bodies" VALUES(49,X'7B2266726573686465736B5F776562686F6F6B223A7B227469636B65745F6964223A392C227469636B65745F6C61746573745F7075626C69635F636F6D6D656E745F6964223A342C22636F6D6D656E74223A223C703E4772C3BCC39F652C20E4BDA0E5A5BD3A207768657265206973206D79203C623E70617263656C3C2F623E3F3C2F703E222C227469636B65745F636F6E746163745F656D61696C223A22616461406578616D706C652E636F6D227D7D');
INSERT INTO "event_bodies" VALUES(50,X'7B2274797065223A22696E626F756E645F7265636569766564222C22617574686F72697A6174696F6E223A7B226964223A22636D705F31227D2C227061796C6F6164223A7B226964223A226576745F31222C22636F6E766572736174696F6E223A7B226964223A22636E765F31222C227375626A656374223A2250617263656C222C22726563697069656E74223A7B2268616E646C65223A22616461406578616D706C652E636F6D227D7D2C22746172676574223A7B2264617461223A7B226964223A226D73675F31222C2269735F696E626F756E64223A747275652C22626F6479223A223C703E4772C3BCC39F652C20E4BDA0E5A5BD3A207768657265206973206D79203C623E70617263656C3C2F623E3F3C2F703E222C22617574686F72223A6E756C6C7D7D7D7D');
INSERT INTO "event_bodies" VALUES(51,X'7B226964223A226576745F31222C2274797065223A22696E626F756E64222C22636F6E766572736174696F6E223A7B226964223A22636E765F31222C227375626A656374223A2250617263656C227D2C22746172676574223A7B2264617461223A7B226964223A226D73675F31222C2269735F696E626F756E64223A747275652C22626F6479223A223C703E4772C3BCC39F652C20E4BDA0E5A5BD3A207768657265206973206D79203C623E70617263656C3C2F623E3F3C2F703E222C22617574686F72223A6E756C6C7D7D7D');
INSERT INTO "event_bodies" VALUES(52,X'7B226964223A37372C227375626A656374223A2250617263656C222C225F656D626564646564223A7B2274687265616473223A5B7B226964223A392C2274797065223A22637573746F6D6572222C22626F6479223A223C703E4772C3BCC39F652C20E4BDA0E5A5BD3A207768657265206973206D79203C623E70617263656C3C2F623E3F3C2F703E222C22637265617465644174223A22323032362D31312D32315431303A30303A30305A222C22637265617465644279223A7B226964223A342C2274797065223A22637573746F6D6572222C226669727374223A22416461222C226C617374223A224C222C22656D61696C223A22616461406578616D706C652E636F6D227D7D5D7D7D');
INSERT INTO "event_bodies" VALUES(53,X'7B226576656E744964223A20312C2022737562736372697074696F6E4964223A2031323334352C2022706F7274616C4964223A2036323531352C20226170704964223A2035343332312C20226F636375727265644174223A20313739353030303030303030302C2022737562736372697074696F6E54797065223A2022636F6E766572736174696F6E2E6E65774D657373616765222C2022617474656D70744E756D626572223A20302C20226F626A6563744964223A203930312C20226D6573736167654964223A20226D2D31222C20226D65737361676554797065223A20224D455353414745222C20226E6F7465223A202247725C75303066635C7530306466652C205C75346636305C75353937643A207768657265206973206D792070617263656C3F227D');
INSERT INTO "event_bodies" VALUES(54,X'7B226576656E744964223A20312C2022737562736372697074696F6E4964223A2031323334352C2022706F7274616C4964223A2036323531352C20226170704964223A2035343332312C20226F636375727265644174223A20313739353030303030303030302C2022737562736372697074696F6E54797065223A2022636F6E766572736174696F6E2E6E65774D657373616765222C2022617474656D70744E756D626572223A20302C20226F626A6563744964223A203930312C20226D6573736167654964223A20226D2D31222C20226D65737361676554797065223A20224D455353414745222C20226E6F7465223A202247725C75303066635C7530306466652C205C75346636305C75353937643A207768657265206973206D792070617263656C3F227D');
INSERT INTO "event_bodies" VALUES(55,X'7B2274797065223A226E6F74696669636174696F6E5F6576656E74222C226964223A226E6F7469665F31222C22746F706963223A22636F6E766572736174696F6E2E757365722E7265706C696564222C22637265617465645F6174223A313739353030303030302C2264617461223A7B226974656D223A7B226964223A22323135222C22736F75726365223A7B226964223A227331222C22626F6479223A223C703E66697273743C2F703E222C22617574686F72223A7B2274797065223A2275736572227D7D2C22636F6E766572736174696F6E5F7061727473223A7B22636F6E766572736174696F6E5F7061727473223A5B7B226964223A22353031222C22706172745F74797065223A22636F6D6D656E74222C22626F6479223A223C703E45646974656420616674657277617264733C2F703E222C22617574686F72223A7B2274797065223A2275736572222C226964223A227531222C226E616D65223A22416461222C22656D61696C223A22616461406578616D706C652E636F6D227D7D5D7D7D7D7D');
INSERT INTO "event_bodies" VALUES(56,X'7B2274696D657374616D70223A313739353030303030303030302C22776562686F6F6B4576656E74223A22636F6D6D656E745F63726561746564222C226973737565223A7B226964223A223130303031222C226B6579223A225355502D31222C226669656C6473223A7B2273756D6D617279223A2250617263656C227D7D2C22636F6D6D656E74223A7B226964223A2237222C22626F6479223A224772C3BCC39F652C20E4BDA0E5A5BD3A207768657265206973206D792070617263656C3F222C226A73645075626C6963223A747275652C22617574686F72223A7B226163636F756E744964223A22716D3A31222C226163636F756E7454797065223A22637573746F6D6572222C22646973706C61794E616D65223A22416461227D7D7D');
INSERT INTO "event_bodies" VALUES(57,X'7B2274797065223A226D6573736167652E63726561746564222C2274696D657374616D70223A22323032362D31312D32315431303A30303A30305A222C2264617461223A7B22636F6E766572736174696F6E223A22542D31222C226964223A22542D312F31222C2274657874223A224772C3BCC39F652C20E4BDA0E5A5BD3A207768657265206973206D792070617263656C3F222C227375626A656374223A2250617263656C222C227072696F72697479223A372C22637573746F6D6572223A7B226964223A31322C226E616D65223A22416461222C22656D61696C223A22616461406578616D706C652E636F6D222C226C616E6775616765223A226465227D7D7D');
INSERT INTO "event_bodies" VALUES(58,X'7B227469636B6574223A7B226964223A332C227469746C65223A2250617263656C222C22637573746F6D65725F6964223A352C22637573746F6D6572223A7B22656D61696C223A22616461406578616D706C652E636F6D222C2266756C6C6E616D65223A22416461227D7D2C2261727469636C65223A7B226964223A31312C227469636B65745F6964223A332C2274797065223A22656D61696C222C2273656E646572223A22437573746F6D6572222C22696E7465726E616C223A66616C73652C22626F6479223A223C703E4772C3BCC39F652C20E4BDA0E5A5BD3A207768657265206973206D79203C623E70617263656C3C2F623E3F3C2F703E222C22636F6E74656E745F74797065223A22746578742F68746D6C222C22637265617465645F62795F6964223A352C22637265617465645F6174223A22323032362D31312D32315431303A30303A30302E3030305A227D7D');
INSERT INTO "event_bodies" VALUES(59,X'7B226163636F756E745F6964223A312C226964223A2230314A222C2274797065223A227A656E3A6576656E742D747970653A7469636B65742E636F6D6D656E745F6164646564222C2274696D65223A22323032362D31312D32315431303A30303A30302E3132333435363738395A222C227375626A656374223A227A656E3A7469636B65743A3335343336222C2264657461696C223A7B226964223A223335343336222C227375626A656374223A2250617263656C222C22737461747573223A224F50454E222C227265717565737465725F6964223A2238222C227375626D69747465725F6964223A2238222C2269735F7075626C6963223A747275652C22766961223A7B226368616E6E656C223A22776562227D2C226465736372697074696F6E223A224772C3BCC39F652C20E4BDA0E5A5BD3A207768657265206973206D792070617263656C3F227D2C226576656E74223A7B226D657461223A7B2273657175656E6365223A7B226964223A227365712D31222C22706F736974696F6E223A317D7D2C22636F6D6D656E74223A7B226964223A223737222C22626F6479223A224772C3BCC39F652C20E4BDA0E5A5BD3A207768657265206973206D792070617263656C3F222C2269735F7075626C6963223A747275652C22617574686F72223A7B226964223A2238222C226E616D65223A22416461222C2269735F7374616666223A66616C73657D7D7D7D');
INSERT INTO "event_bodies" VALUES(69,X'7B22726F757465223A2022617069222C20226964223A2022414D2D66697273742D6261642F31227D');
INSERT INTO "event_bodies" VALUES(71,X'6E6F204A534F4E20617420616C6C2028666972737429');
INSERT INTO "event_bodies" VALUES(89,X'46726F6D3A204164612042726F6F6B203C61646140637573746F6D6572732E6578616D706C653E0A546F3A20737570706F72744062726967687477617465722E6578616D706C650A5375626A6563743A204D792070617263656C0A446174653A204D6F6E2C203032204E6F7620323032362030393A30303A3030202B303130300A4D6573736167652D49443A203C7468726561642D7365636F6E6440637573746F6D6572732E6578616D706C653E0A4D494D452D56657273696F6E3A20312E300A436F6E74656E742D547970653A20746578742F706C61696E3B20636861727365743D7574662D380A436F6E74656E742D5472616E736665722D456E636F64696E673A20386269740A0A5768657265206973206D792070617263656C3F20287365636F6E642C206669727374206D61696C206F66206120746872656164290A');
INSERT INTO "event_bodies" VALUES(90,X'46726F6D3A204164612042726F6F6B203C61646140637573746F6D6572732E6578616D706C653E0A546F3A20737570706F72744062726967687477617465722E6578616D706C650A5375626A6563743A2052653A204D792070617263656C0A446174653A204D6F6E2C203033204E6F7620323032362030393A30303A3030202B303130300A4D6573736167652D49443A203C7468726561642D7365636F6E642D6240637573746F6D6572732E6578616D706C653E0A496E2D5265706C792D546F3A203C7468726561642D7365636F6E6440637573746F6D6572732E6578616D706C653E0A5265666572656E6365733A203C7468726561642D7365636F6E6440637573746F6D6572732E6578616D706C653E0A4D494D452D56657273696F6E3A20312E300A436F6E74656E742D547970653A20746578742F706C61696E3B20636861727365743D7574662D380A436F6E74656E742D5472616E736665722D456E636F64696E673A20386269740A0A4974206973207374696C6C206E6F7420686572652E20287365636F6E642C207365636F6E64206D61696C206F662074686520746872656164290A');
INSERT INTO "event_bodies" VALUES(91,X'46726F6D3A20626F6240637573746F6D6572732E6578616D706C650A546F3A20737570706F72744062726967687477617465722E6578616D706C650A5375626A6563743A20496E766F6963650A446174653A204D6F6E2C203034204E6F7620323032362030393A30303A3030202B303130300A4D494D452D56657273696F6E3A20312E300A436F6E74656E742D547970653A20746578742F706C61696E3B20636861727365743D7574662D380A436F6E74656E742D5472616E736665722D456E636F64696E673A20386269740A0A506C656173652073656E642074686520696E766F69636520616761696E2E20287365636F6E642C2061206D61696C20776974686F757420616E206964290A');
INSERT INTO "event_bodies" VALUES(92,X'46726F6D3A20626F6240637573746F6D6572732E6578616D706C650A546F3A20737570706F72744062726967687477617465722E6578616D706C650A5375626A6563743A20416464726573730A446174653A204D6F6E2C203034204E6F7620323032362031303A30303A3030202B303130300A4D6573736167652D49443A203C68746D6C2D7365636F6E6440637573746F6D6572732E6578616D706C653E0A4D494D452D56657273696F6E3A20312E300A436F6E74656E742D547970653A20746578742F68746D6C3B20636861727365743D7574662D380A436F6E74656E742D5472616E736665722D456E636F64696E673A20386269740A0A3C703E4D79203C623E6E657720616464726573733C2F623E206973204D696C6C204C616E6520342E20287365636F6E642C20696E2048544D4C293C2F703E0A');
INSERT INTO "event_bodies" VALUES(93,X'46726F6D3A204379203C637940637573746F6D6572732E6578616D706C653E0A546F3A20737570706F72744062726967687477617465722E6578616D706C650A5375626A6563743A2052653A20596F7572206F726465720A446174653A204D6F6E2C203034204E6F7620323032362031313A30303A3030202B303130300A4D6573736167652D49443A203C6F727068616E2D7365636F6E6440637573746F6D6572732E6578616D706C653E0A496E2D5265706C792D546F3A203C6F726465722D7365636F6E644062726967687477617465722E6578616D706C653E0A5265666572656E6365733A203C6F726465722D7365636F6E644062726967687477617465722E6578616D706C653E0A4D494D452D56657273696F6E3A20312E300A436F6E74656E742D547970653A20746578742F706C61696E3B20636861727365743D7574662D380A436F6E74656E742D5472616E736665722D456E636F64696E673A20386269740A0A5468697320616E73776572732061206D61696C20796F752073656E742E20287365636F6E64290A');
INSERT INTO "event_bodies" VALUES(94,X'46726F6D3A20626F6240637573746F6D6572732E6578616D706C650A546F3A20737570706F72744062726967687477617465722E6578616D706C650A5375626A6563743A204F7574206F66206F66666963650A446174653A204D6F6E2C203035204E6F7620323032362030393A30303A3030202B303130300A4D6573736167652D49443A203C6175746F2D7365636F6E6440637573746F6D6572732E6578616D706C653E0A4175746F2D5375626D69747465643A206175746F2D7265706C6965640A4D494D452D56657273696F6E3A20312E300A436F6E74656E742D547970653A20746578742F706C61696E3B20636861727365743D7574662D380A436F6E74656E742D5472616E736665722D456E636F64696E673A20386269740A0A4920616D206177617920756E74696C204D6F6E6461792E20287365636F6E64290A');
INSERT INTO "event_bodies" VALUES(97,X'46726F6D3A20737570706F72744062726967687477617465722E6578616D706C650A546F3A2061646140637573746F6D6572732E6578616D706C650A5375626A6563743A2052653A204D792070617263656C0A446174653A204D6F6E2C203035204E6F7620323032362031303A30303A3030202B303130300A4D6573736167652D49443A203C6F776E2D7365636F6E644062726967687477617465722E6578616D706C653E0A4D494D452D56657273696F6E3A20312E300A436F6E74656E742D547970653A20746578742F706C61696E3B20636861727365743D7574662D380A436F6E74656E742D5472616E736665722D456E636F64696E673A20386269740A0A4F7572206F776E20616E737765722E20287365636F6E64290A');
INSERT INTO "event_bodies" VALUES(95,X'46726F6D3A204D41494C45522D4441454D4F4E406D782E6578616D706C650A546F3A20737570706F72744062726967687477617465722E6578616D706C650A5375626A6563743A20556E64656C697665726564204D61696C2052657475726E656420746F2053656E6465720A446174653A204D6F6E2C203035204E6F7620323032362031313A30303A3030202B303130300A4D6573736167652D49443A203C626F756E63652D7365636F6E64406D782E6578616D706C653E0A52657475726E2D506174683A203C3E0A4D494D452D56657273696F6E3A20312E300A436F6E74656E742D547970653A20746578742F706C61696E3B20636861727365743D7574662D380A436F6E74656E742D5472616E736665722D456E636F64696E673A20386269740A0A497420636F756C64206E6F742062652064656C6976657265642E20287365636F6E64290A');
INSERT INTO "event_bodies" VALUES(96,X'46726F6D3A206E657773406C697374732E6578616D706C650A546F3A20737570706F72744062726967687477617465722E6578616D706C650A5375626A6563743A204E6577730A446174653A204D6F6E2C203035204E6F7620323032362031323A30303A3030202B303130300A4D6573736167652D49443A203C6C6973742D7365636F6E64406C697374732E6578616D706C653E0A4C6973742D49643A203C6E6577732E6C697374732E6578616D706C653E0A507265636564656E63653A206C6973740A4D494D452D56657273696F6E3A20312E300A436F6E74656E742D547970653A20746578742F706C61696E3B20636861727365743D7574662D380A436F6E74656E742D5472616E736665722D456E636F64696E673A20386269740A0A57686174206973206E65772E20287365636F6E64290A');
INSERT INTO "event_bodies" VALUES(98,X'46726F6D3A20626F6240637573746F6D6572732E6578616D706C650A546F3A20737570706F72744062726967687477617465722E6578616D706C650A5375626A6563743A200A446174653A204D6F6E2C203036204E6F7620323032362030393A30303A3030202B303130300A4D6573736167652D49443A203C656D7074792D7365636F6E6440637573746F6D6572732E6578616D706C653E0A4D494D452D56657273696F6E3A20312E300A436F6E74656E742D547970653A20746578742F706C61696E3B20636861727365743D7574662D380A436F6E74656E742D5472616E736665722D456E636F64696E673A20386269740A0A0A');
INSERT INTO "event_bodies" VALUES(99,X'46726F6D3A20477573203C67757340637573746F6D6572732E6578616D706C653E0A546F3A20737570706F72744062726967687477617465722E6578616D706C650A5375626A6563743A2050617373776F72640A446174653A204D6F6E2C203037204E6F7620323032362030393A30303A3030202B303130300A4D6573736167652D49443A203C73696E676C652D7365636F6E6440637573746F6D6572732E6578616D706C653E0A4D494D452D56657273696F6E3A20312E300A436F6E74656E742D547970653A20746578742F706C61696E3B20636861727365743D7574662D380A436F6E74656E742D5472616E736665722D456E636F64696E673A20386269740A0A492063616E6E6F74207369676E20696E2E20287365636F6E642C206F6E65206D61696C20696E20612066696C65290A');
INSERT INTO "event_bodies" VALUES(100,X'46726F6D3A2048616C203C68616C40637573746F6D6572732E6578616D706C653E0A546F3A20737570706F72744062726967687477617465722E6578616D706C650A5375626A6563743A20526566756E640A446174653A204D6F6E2C203038204E6F7620323032362030393A30303A3030202B303130300A4D6573736167652D49443A203C6469722D6E65772D7365636F6E6440637573746F6D6572732E6578616D706C653E0A4D494D452D56657273696F6E3A20312E300A436F6E74656E742D547970653A20746578742F706C61696E3B20636861727365743D7574662D380A436F6E74656E742D5472616E736665722D456E636F64696E673A20386269740A0A492077616E74206120726566756E642E20287365636F6E642C206E657720696E2061204D61696C646972290A');
INSERT INTO "event_bodies" VALUES(101,X'46726F6D3A20496461203C69646140637573746F6D6572732E6578616D706C653E0A546F3A20737570706F72744062726967687477617465722E6578616D706C650A5375626A6563743A2044616D616765640A446174653A204D6F6E2C203038204E6F7620323032362031303A30303A3030202B303130300A4D6573736167652D49443A203C6469722D6375722D7365636F6E6440637573746F6D6572732E6578616D706C653E0A4D494D452D56657273696F6E3A20312E300A436F6E74656E742D547970653A20746578742F706C61696E3B20636861727365743D7574662D380A436F6E74656E742D5472616E736665722D456E636F64696E673A20386269740A0A546865206C616D702069732064616D616765642E20287365636F6E642C207365656E20696E2061204D61696C646972290A');
INSERT INTO "event_bodies" VALUES(103,X'46726F6D3A204A6F203C6A6F40637573746F6D6572732E6578616D706C653E0A546F3A20737570706F72744062726967687477617465722E6578616D706C650A5375626A6563743A2059656172732061676F0A446174653A204D6F6E2C203033204E6F7620323032352030393A30303A3030202B303130300A4D6573736167652D49443A203C6F6C642D7365636F6E6440637573746F6D6572732E6578616D706C653E0A4D494D452D56657273696F6E3A20312E300A436F6E74656E742D547970653A20746578742F706C61696E3B20636861727365743D7574662D380A436F6E74656E742D5472616E736665722D456E636F64696E673A20386269740A0A416E206F6C64207175657374696F6E2E20287365636F6E64290A');
INSERT INTO "event_bodies" VALUES(102,X'46726F6D3A204A6F203C6A6F40637573746F6D6572732E6578616D706C653E0A546F3A20737570706F72744062726967687477617465722E6578616D706C650A5375626A6563743A2052653A2059656172732061676F0A446174653A205475652C203034204E6F7620323032352030393A30303A3030202B303130300A4D6573736167652D49443A203C6F6C642D7365636F6E642D6240637573746F6D6572732E6578616D706C653E0A5265666572656E6365733A203C6F6C642D7365636F6E6440637573746F6D6572732E6578616D706C653E0A4D494D452D56657273696F6E3A20312E300A436F6E74656E742D547970653A20746578742F706C61696E3B20636861727365743D7574662D380A436F6E74656E742D5472616E736665722D456E636F64696E673A20386269740A0A416E206F6C64207468616E6B20796F752E20287365636F6E64290A');
INSERT INTO "event_bodies" VALUES(104,X'313035322E302C2C41206E756D626572202077697468206120706F696E7420616E642074776F2073706163657320287365636F6E64292E2C323032362D31312D30335430393A30303A30302B30313A30302C457863656C2C6C656140637573746F6D6572732E6578616D706C652C637573746F6D65722C736F7574680A');
INSERT INTO "event_bodies" VALUES(105,X'313035332C2C4120726F7720776974686F757420616E20696420287365636F6E64292E2C30332E31312E323032362030393A30302C4E6F207A6F6E652C6D617840637573746F6D6572732E6578616D706C652C637573746F6D65722C736F7574680A');
INSERT INTO "event_bodies" VALUES(106,X'313035342C2C2C323032362D31312D30335430393A30303A30305A2C4E6F20746578742C6D617840637573746F6D6572732E6578616D706C652C637573746F6D65722C736F7574680A');
INSERT INTO "event_bodies" VALUES(107,X'313035312C6D2D313035312C5768657265206973207469636B657420313035313F2C323032362D31312D30325430393A30303A30305A2C50617263656C2C6B696D40637573746F6D6572732E6578616D706C652C637573746F6D65722C6E6F7274680A');
INSERT INTO "event_bodies" VALUES(108,X'313035312C6D2D313035312D632C5468616E6B20796F75202831303531292E2C323032362D31312D30325431313A30303A30305A2C50617263656C2C6B696D40637573746F6D6572732E6578616D706C652C637573746F6D65722C6E6F7274680A');
INSERT INTO "event_bodies" VALUES(109,X'313035312C6D2D313035312D622C5765206C6F6F6B20696E746F2069742E2C323032362D31312D30325431303A30303A30305A2C50617263656C2C2C6167656E742C6E6F7274680A');
INSERT INTO "event_bodies" VALUES(110,X'6F6C642D313035302C6F6C642D6D2D313035302C416E206F6C64207469636B657420287365636F6E64292E2C323032352D31312D30335430393A30303A30305A2C637573746F6D65720A');
INSERT INTO "event_bodies" VALUES(111,X'6F6C642D313035302C6F6C642D6D2D313035302D622C416E206F6C6420616E7377657220287365636F6E64292E2C323032352D31312D30335431303A30303A30305A2C6167656E740A');
INSERT INTO "event_bodies" VALUES(112,X'7B22636F6E766572736174696F6E223A20224A2D7365636F6E64222C20226964223A20224A2D7365636F6E642F31222C202274657874223A202241206C696E65206F6620612066696C6520287365636F6E64292E227D0A');
INSERT INTO "event_bodies" VALUES(113,X'7B22636F6E766572736174696F6E223A20224A2D7365636F6E64222C20226964223A20224A2D7365636F6E642F32222C202274657874223A2022497473206E657874206C696E6520287365636F6E64292E222C20226F636375727265645F6174223A2022323032362D31312D30325431303A30303A30305A222C20227072696F72697479223A20377D0A');
INSERT INTO "event_bodies" VALUES(114,X'7B22636F6E766572736174696F6E223A20224A2D7365636F6E642D647565222C20226964223A20224A2D7365636F6E642D6475652F31222C202274657874223A202241206C696E65207468617420697320647565206C6174657220287365636F6E64292E222C20226475655F6174223A2022323033302D30312D30325430393A30303A30305A227D0A');
INSERT INTO "event_bodies" VALUES(115,X'7B22636F6E766572736174696F6E223A20224A2D7365636F6E642D626164222C20226964223A20224A2D7365636F6E642D6261642F31227D0A');
INSERT INTO "event_bodies" VALUES(135,X'7B2266726573686465736B5F776562686F6F6B223A7B227469636B65745F6964223A31302C227469636B65745F6C61746573745F7075626C69635F636F6D6D656E745F6964223A352C22636F6D6D656E74223A223C703E4772C3BCC39F652C20E4BDA0E5A5BD3A207768657265206973206D79203C623E70617263656C3C2F623E3F3C2F703E222C227469636B65745F636F6E746163745F656D61696C223A22616461406578616D706C652E636F6D227D7D');
INSERT INTO "event_bodies" VALUES(136,X'7B2274797065223A22696E626F756E645F7265636569766564222C22617574686F72697A6174696F6E223A7B226964223A22636D705F31227D2C227061796C6F6164223A7B226964223A226576745F32222C22636F6E766572736174696F6E223A7B226964223A22636E765F32222C227375626A656374223A2250617263656C222C22726563697069656E74223A7B2268616E646C65223A22616461406578616D706C652E636F6D227D7D2C22746172676574223A7B2264617461223A7B226964223A226D73675F32222C2269735F696E626F756E64223A747275652C22626F6479223A223C703E4772C3BCC39F652C20E4BDA0E5A5BD3A207768657265206973206D79203C623E70617263656C3C2F623E3F3C2F703E222C22617574686F72223A6E756C6C7D7D7D7D');
INSERT INTO "event_bodies" VALUES(137,X'7B226964223A226576745F32222C2274797065223A22696E626F756E64222C22636F6E766572736174696F6E223A7B226964223A22636E765F32222C227375626A656374223A2250617263656C227D2C22746172676574223A7B2264617461223A7B226964223A226D73675F32222C2269735F696E626F756E64223A747275652C22626F6479223A223C703E4772C3BCC39F652C20E4BDA0E5A5BD3A207768657265206973206D79203C623E70617263656C3C2F623E3F3C2F703E222C22617574686F72223A6E756C6C7D7D7D');
INSERT INTO "event_bodies" VALUES(138,X'7B226964223A37382C227375626A656374223A2250617263656C222C225F656D626564646564223A7B2274687265616473223A5B7B226964223A31302C2274797065223A22637573746F6D6572222C22626F6479223A223C703E4772C3BCC39F652C20E4BDA0E5A5BD3A207768657265206973206D79203C623E70617263656C3C2F623E3F3C2F703E222C22637265617465644174223A22323032362D31312D32315431303A30303A30305A222C22637265617465644279223A7B226964223A342C2274797065223A22637573746F6D6572222C226669727374223A22416461222C226C617374223A224C222C22656D61696C223A22616461406578616D706C652E636F6D227D7D5D7D7D');
INSERT INTO "event_bodies" VALUES(139,X'7B226576656E744964223A20312C2022737562736372697074696F6E4964223A2031323334352C2022706F7274616C4964223A2036323531352C20226170704964223A2035343332312C20226F636375727265644174223A20313739353030303030303030302C2022737562736372697074696F6E54797065223A2022636F6E766572736174696F6E2E6E65774D657373616765222C2022617474656D70744E756D626572223A20302C20226F626A6563744964223A203930322C20226D6573736167654964223A20226D2D32222C20226D65737361676554797065223A20224D455353414745222C20226E6F7465223A202247725C75303066635C7530306466652C205C75346636305C75353937643A207768657265206973206D792070617263656C3F227D');
INSERT INTO "event_bodies" VALUES(140,X'7B226576656E744964223A20312C2022737562736372697074696F6E4964223A2031323334352C2022706F7274616C4964223A2036323531352C20226170704964223A2035343332312C20226F636375727265644174223A20313739353030303030303030302C2022737562736372697074696F6E54797065223A2022636F6E766572736174696F6E2E6E65774D657373616765222C2022617474656D70744E756D626572223A20302C20226F626A6563744964223A203930322C20226D6573736167654964223A20226D2D32222C20226D65737361676554797065223A20224D455353414745222C20226E6F7465223A202247725C75303066635C7530306466652C205C75346636305C75353937643A207768657265206973206D792070617263656C3F227D');
INSERT INTO "event_bodies" VALUES(141,X'7B2274797065223A226E6F74696669636174696F6E5F6576656E74222C226964223A226E6F7469665F31222C22746F706963223A22636F6E766572736174696F6E2E757365722E7265706C696564222C22637265617465645F6174223A313739353030303030302C2264617461223A7B226974656D223A7B226964223A22323136222C22736F75726365223A7B226964223A227331222C22626F6479223A223C703E66697273743C2F703E222C22617574686F72223A7B2274797065223A2275736572227D7D2C22636F6E766572736174696F6E5F7061727473223A7B22636F6E766572736174696F6E5F7061727473223A5B7B226964223A22353032222C22706172745F74797065223A22636F6D6D656E74222C22626F6479223A223C703E4772C3BCC39F652C20E4BDA0E5A5BD3A207768657265206973206D79203C623E70617263656C3C2F623E3F3C2F703E222C22617574686F72223A7B2274797065223A2275736572222C226964223A227531222C226E616D65223A22416461222C22656D61696C223A22616461406578616D706C652E636F6D227D7D5D7D7D7D7D');
INSERT INTO "event_bodies" VALUES(142,X'7B2274696D657374616D70223A313739353030303030303030302C22776562686F6F6B4576656E74223A22636F6D6D656E745F63726561746564222C226973737565223A7B226964223A223130303031222C226B6579223A225355502D32222C226669656C6473223A7B2273756D6D617279223A2250617263656C227D7D2C22636F6D6D656E74223A7B226964223A2238222C22626F6479223A224772C3BCC39F652C20E4BDA0E5A5BD3A207768657265206973206D792070617263656C3F222C226A73645075626C6963223A747275652C22617574686F72223A7B226163636F756E744964223A22716D3A31222C226163636F756E7454797065223A22637573746F6D6572222C22646973706C61794E616D65223A22416461227D7D7D');
INSERT INTO "event_bodies" VALUES(143,X'7B2274797065223A226D6573736167652E63726561746564222C2274696D657374616D70223A22323032362D31312D32315431303A30303A30305A222C2264617461223A7B22636F6E766572736174696F6E223A22542D32222C226964223A22542D322F31222C2274657874223A224772C3BCC39F652C20E4BDA0E5A5BD3A207768657265206973206D792070617263656C3F222C227375626A656374223A2250617263656C222C227072696F72697479223A372C22637573746F6D6572223A7B226964223A31322C226E616D65223A22416461222C22656D61696C223A22616461406578616D706C652E636F6D222C226C616E6775616765223A226465227D7D7D');
INSERT INTO "event_bodies" VALUES(144,X'7B227469636B6574223A7B226964223A342C227469746C65223A2250617263656C222C22637573746F6D65725F6964223A352C22637573746F6D6572223A7B22656D61696C223A22616461406578616D706C652E636F6D222C2266756C6C6E616D65223A22416461227D7D2C2261727469636C65223A7B226964223A31322C227469636B65745F6964223A342C2274797065223A22656D61696C222C2273656E646572223A22437573746F6D6572222C22696E7465726E616C223A66616C73652C22626F6479223A223C703E4772C3BCC39F652C20E4BDA0E5A5BD3A207768657265206973206D79203C623E70617263656C3C2F623E3F3C2F703E222C22636F6E74656E745F74797065223A22746578742F68746D6C222C22637265617465645F62795F6964223A352C22637265617465645F6174223A22323032362D31312D32315431303A30303A30302E3030305A227D7D');
INSERT INTO "event_bodies" VALUES(145,X'7B226163636F756E745F6964223A312C226964223A2230314A222C2274797065223A227A656E3A6576656E742D747970653A7469636B65742E636F6D6D656E745F6164646564222C2274696D65223A22323032362D31312D32315431303A30303A30302E3132333435363738395A222C227375626A656374223A227A656E3A7469636B65743A3335343337222C2264657461696C223A7B226964223A223335343337222C227375626A656374223A2250617263656C222C22737461747573223A224F50454E222C227265717565737465725F6964223A2238222C227375626D69747465725F6964223A2238222C2269735F7075626C6963223A747275652C22766961223A7B226368616E6E656C223A22776562227D2C226465736372697074696F6E223A224772C3BCC39F652C20E4BDA0E5A5BD3A207768657265206973206D792070617263656C3F227D2C226576656E74223A7B226D657461223A7B2273657175656E6365223A7B226964223A227365712D32222C22706F736974696F6E223A317D7D2C22636F6D6D656E74223A7B226964223A223738222C22626F6479223A224772C3BCC39F652C20E4BDA0E5A5BD3A207768657265206973206D792070617263656C3F222C2269735F7075626C6963223A747275652C22617574686F72223A7B226964223A2238222C226E616D65223A22416461222C2269735F7374616666223A66616C73657D7D7D7D');
INSERT INTO "event_bodies" VALUES(155,X'7B22726F757465223A2022617069222C20226964223A2022414D2D7365636F6E642D6261642F31227D');
INSERT INTO "event_bodies" VALUES(157,X'6E6F204A534F4E20617420616C6C20287365636F6E6429');
CREATE TABLE events (
	id INTEGER NOT NULL, 
	source TEXT NOT NULL, 
	external_id TEXT NOT NULL, 
	given_id TEXT, 
	hash TEXT NOT NULL, 
	status TEXT NOT NULL, 
	reason TEXT, 
	route TEXT, 
	conversation_key TEXT, 
	text TEXT, 
	subject TEXT, 
	customer TEXT, 
	metadata TEXT, 
	callback TEXT, 
	priority SMALLINT NOT NULL, 
	occurred_at BIGINT, 
	due_at BIGINT, 
	received_at BIGINT NOT NULL, 
	conflicts INTEGER DEFAULT '0' NOT NULL, 
	CONSTRAINT pk_events PRIMARY KEY (id), 
	CONSTRAINT uq_events_source_external_id UNIQUE (source, external_id)
);
INSERT INTO "events" VALUES(1,'mail:mail','auto-first@customers.example',NULL,'5a9cb5f254f443d3da3f4c94ebd3cde2bc869f7220fe95516c27cd2b03dba6d1','stopped','auto_submitted','mail','auto-first@customers.example','I am away until Monday. (first)','Out of office','{"email":"bob@customers.example"}','{"to":"support@brightwater.example"}',NULL,5,1793865600000,NULL,1795889730895,0);
INSERT INTO "events" VALUES(2,'mail:mail','bounce-first@mx.example',NULL,'1795dc742691325e6419112daf65067789f9f52cd64ab2f8534cf2e9a3dd4b00','stopped','delivery_report','mail','bounce-first@mx.example','It could not be delivered. (first)','Undelivered Mail Returned to Sender','{"email":"MAILER-DAEMON@mx.example"}','{"to":"support@brightwater.example"}',NULL,5,1793872800000,NULL,1795889730895,0);
INSERT INTO "events" VALUES(3,'mail:mail','html-first@customers.example',NULL,'18361eb794fb1ad81078bcc820a7b4dc72e81c6fdb33ae53bf02e2174e89a52b','accepted',NULL,'mail','html-first@customers.example',NULL,'Address','{"email":"bob@customers.example"}','{"to":"support@brightwater.example"}',NULL,5,1793782800000,NULL,1795889730895,0);
INSERT INTO "events" VALUES(4,'mail:mail','list-first@lists.example',NULL,'bf91160ee61db6b72961e1a83a63ed0f3416ef2ab429b916f1e7b76e3879410a','stopped','mailing_list','mail','list-first@lists.example','What is new. (first)','News','{"email":"news@lists.example"}','{"to":"support@brightwater.example"}',NULL,5,1793876400000,NULL,1795889730895,0);
INSERT INTO "events" VALUES(5,'mail:mail','lost-first-b@customers.example',NULL,'d10b03e801ec6c0ed97450d2bbce6daf82dd79582ed3b7052587f186bba488c8','accepted',NULL,'mail','lost-first@customers.example',NULL,'Re: Lost','{"name":"Di","email":"di@customers.example"}','{"to":"support@brightwater.example"}',NULL,5,1793959200000,NULL,1795889730895,0);
INSERT INTO "events" VALUES(6,'mail:mail','lost-first@customers.example',NULL,'f6ba592c8b1434f8c53d881ed920b44fa6caaa5aa841c8fee16d0d653b99af1c','accepted',NULL,'mail','lost-first@customers.example',NULL,'Lost','{"name":"Di","email":"di@customers.example"}','{"to":"support@brightwater.example"}',NULL,5,1793955600000,NULL,1795889730895,0);
INSERT INTO "events" VALUES(7,'mail:mail','orphan-first@customers.example',NULL,'ad6afda491dabd51578c9064c8deca7bef56de36c5c6528954b466f817f8cd53','accepted',NULL,'mail','order-first@brightwater.example',NULL,'Re: Your order','{"name":"Cy","email":"cy@customers.example"}','{"to":"support@brightwater.example","in_reply_to":"order-first@brightwater.example"}',NULL,5,1793786400000,NULL,1795889730895,0);
INSERT INTO "events" VALUES(8,'mail:mail','own-first@brightwater.example',NULL,'177581c9cf25d8b7af51892e4d71c59a7e6b702271c245c24f5ad834bcc36605','stopped','own_address','mail','own-first@brightwater.example','Our own answer. (first)','Re: My parcel','{"email":"support@brightwater.example"}','{"to":"ada@customers.example"}',NULL,5,1793869200000,NULL,1795889730895,0);
INSERT INTO "events" VALUES(9,'mail:mail','person-first-b@customers.example',NULL,'4e0b3a97368e1783f21bb126d8ab89615716474695bcceac0d4d7a9658a19878','accepted',NULL,'mail','person-first@customers.example',NULL,'Re: Person','{"name":"Flo","email":"flo@customers.example"}','{"to":"support@brightwater.example"}',NULL,5,1793970000000,NULL,1795889730895,0);
INSERT INTO "events" VALUES(10,'mail:mail','person-first@customers.example',NULL,'b5945d3430360217e9dc6fbdabcc0a298947b94bba8200fc98c72f332994f889','accepted',NULL,'mail','person-first@customers.example',NULL,'Person','{"name":"Flo","email":"flo@customers.example"}','{"to":"support@brightwater.example"}',NULL,5,1793966400000,NULL,1795889730895,0);
INSERT INTO "events" VALUES(11,'mail:mail','refused-first@customers.example',NULL,'f0d327dde8fae5345eefaa1bbf7caa5eb91c52147cdd9040afe93744456ce76f','accepted',NULL,'mail','refused-first@customers.example',NULL,'Refused','{"name":"Ed","email":"ed@customers.example"}','{"to":"support@brightwater.example"}',NULL,5,1793962800000,NULL,1795889730895,0);
INSERT INTO "events" VALUES(12,'mail:mail','refused:4bdd97f5e1691066d85045639d183698','empty-first@customers.example','4bdd97f5e1691066d85045639d1836982db9210ce57aebabb76f9cbc6a1a346c','refused','first/mail.mbox, mail 10: no_text: nothing in this mail is readable text','','','',NULL,NULL,NULL,NULL,5,NULL,NULL,1795889730895,0);
INSERT INTO "events" VALUES(13,'mail:mail','sha256:d1265268aa2370f97ef233b32b37dc17cc894b6d61e122f7131461285f62b38c',NULL,'1f631737a6f897e4c54002444f4406ab4b7f1d867a94ab5a4980cba2f05c66b8','accepted',NULL,'mail','sha256:d1265268aa2370f97ef233b32b37dc17cc894b6d61e122f7131461285f62b38c',NULL,'Invoice','{"email":"bob@customers.example"}','{"to":"support@brightwater.example"}',NULL,5,1793779200000,NULL,1795889730895,0);
INSERT INTO "events" VALUES(14,'mail:mail','thread-first-b@customers.example',NULL,'879626b1d19739e2bf7e34e3644a34ae8b085ed7ab0efb60f8580af9b178e789','accepted',NULL,'mail','thread-first@customers.example',NULL,'Re: My parcel','{"name":"Ada Brook","email":"ada@customers.example"}','{"to":"support@brightwater.example","in_reply_to":"thread-first@customers.example"}',NULL,5,1793692800000,NULL,1795889730895,0);
INSERT INTO "events" VALUES(15,'mail:mail','thread-first@customers.example',NULL,'72a2f3f40d2a82adbd95ab99b2d60cc118d0e3c80a880fa1b2967aeb878d63fa','accepted',NULL,'mail','thread-first@customers.example',NULL,'My parcel','{"name":"Ada Brook","email":"ada@customers.example"}','{"to":"support@brightwater.example"}',NULL,5,1793606400000,NULL,1795889730895,0);
INSERT INTO "events" VALUES(16,'mail:mail','single-first@customers.example',NULL,'f5a4fcad2906dbf15934bd678100a079b9bc215bd802d04dc962301be4796a47','accepted',NULL,'mail','single-first@customers.example',NULL,'Password','{"name":"Gus","email":"gus@customers.example"}','{"to":"support@brightwater.example"}',NULL,5,1794038400000,NULL,1795889730939,0);
INSERT INTO "events" VALUES(17,'mail:mail','dir-new-first@customers.example',NULL,'7b092bc40870d2aa460b65e54d0ed51df0013a4b0e5ea8e01a8099c45c1a3a4f','accepted',NULL,'mail','dir-new-first@customers.example',NULL,'Refund','{"name":"Hal","email":"hal@customers.example"}','{"to":"support@brightwater.example"}',NULL,5,1794124800000,NULL,1795889730961,0);
INSERT INTO "events" VALUES(18,'mail:mail','dir-cur-first@customers.example',NULL,'d9144f5c5dd80f0d4533a40b54415c143ac7b6c40ecc3ffb069f96b11969c227','accepted',NULL,'mail','dir-cur-first@customers.example',NULL,'Damaged','{"name":"Ida","email":"ida@customers.example"}','{"to":"support@brightwater.example"}',NULL,5,1794128400000,NULL,1795889730961,0);
INSERT INTO "events" VALUES(19,'mail:mail','old-first-b@customers.example',NULL,'b5e911b58224f8ef50177a452e0e5aec8b02eeec37893b523609291fda5785ee','context',NULL,'mail','old-first@customers.example','An old thank you. (first)','Re: Years ago','{"name":"Jo","email":"jo@customers.example"}','{"to":"support@brightwater.example"}',NULL,5,1762243200000,NULL,1795889731214,0);
INSERT INTO "events" VALUES(20,'mail:mail','old-first@customers.example',NULL,'6dbbc1156ae0d670324f0a239997d46a654b9b790e2f0a69604d32cee577b810','context',NULL,'mail','old-first@customers.example','An old question. (first)','Years ago','{"name":"Jo","email":"jo@customers.example"}','{"to":"support@brightwater.example"}',NULL,5,1762156800000,NULL,1795889731214,0);
INSERT INTO "events" VALUES(21,'csv:tickets','1002.0/93c8b1b0c1284c3a',NULL,'188109a34d825822c5c09166da6ba39df4b705d994aeed7b75216e5d7400275c','accepted',NULL,'tickets','1002.0',NULL,'Excel','{"email":"lea@customers.example"}','{"shop":"south"}',NULL,5,1793692800000,NULL,1795889731358,0);
INSERT INTO "events" VALUES(22,'csv:tickets','1003/e0739eb54410ba14',NULL,'5d04d02b94f4551160f3789c8c282b4f2879a5f1ef00cb922f5303f62e9d4fe0','accepted',NULL,'tickets','1003',NULL,'No zone','{"email":"max@customers.example"}','{"created_at":"03.11.2026 09:00","shop":"south"}',NULL,5,NULL,NULL,1795889731358,0);
INSERT INTO "events" VALUES(23,'csv:tickets','refused:135a7bc8f5f58590df56197280cd7f69',NULL,'135a7bc8f5f58590df56197280cd7f69af712cca80e1d39d843a7c3eb54e0485','refused','first/tickets.csv, row 7: text: expected a value, got an empty cell','','','',NULL,NULL,NULL,NULL,5,NULL,NULL,1795889731391,0);
INSERT INTO "events" VALUES(24,'csv:tickets','m-1001',NULL,'312c53d47493e3184f796857dceeb69de34f00ba7f0b1976f355162d35e9516c','accepted',NULL,'tickets','1001',NULL,'Parcel','{"email":"kim@customers.example"}','{"shop":"north"}',NULL,5,1793610000000,NULL,1795889731398,0);
INSERT INTO "events" VALUES(25,'csv:tickets','m-1001-c',NULL,'82bc8718aa8d447ef57af138c650c6a6818d1844d7dbeb3be076b946e5701101','accepted',NULL,'tickets','1001',NULL,'Parcel','{"email":"kim@customers.example"}','{"shop":"north"}',NULL,5,1793617200000,NULL,1795889731398,0);
INSERT INTO "events" VALUES(26,'csv:tickets','m-1001-b',NULL,'57eebbf8f117cd5e25888fa38a587fdc3f0037cbc1bcbad533e6da78199edde7','context','author','tickets','1001','We look into it.','Parcel',NULL,'{"author":"agent","shop":"north"}',NULL,5,1793613600000,NULL,1795889731400,0);
INSERT INTO "events" VALUES(27,'csv:tickets','old-m-1000',NULL,'73465b6bb2ee7e95145ff8cf8a96759b6de4870629bda87c233862023ddf3e2a','context',NULL,'tickets','old-1000','An old ticket (first).',NULL,NULL,NULL,NULL,5,1762160400000,NULL,1795889731642,0);
INSERT INTO "events" VALUES(28,'csv:tickets','old-m-1000-b',NULL,'3475997bd8e8a478ef0e01217a56835187f4ea6e1dbd70a413ea8df429bab9e2','context','author','tickets','old-1000','An old answer (first).',NULL,NULL,'{"author":"agent"}',NULL,5,1762164000000,NULL,1795889731642,0);
INSERT INTO "events" VALUES(29,'jsonl:tickets','J-first/1',NULL,'66dbc8eb4f606056eff0bc30ce952e39ec46da341ae76cd670336f3a9ff724e0','accepted',NULL,'tickets','J-first',NULL,NULL,NULL,NULL,NULL,5,NULL,NULL,1795889731833,0);
INSERT INTO "events" VALUES(30,'jsonl:tickets','J-first/2',NULL,'7720e12de24469fe785d8a9738cb9a75aa895e73a2c39756fad992e66d3b4608','accepted',NULL,'tickets','J-first',NULL,NULL,NULL,NULL,NULL,7,1793613600000,NULL,1795889731833,0);
INSERT INTO "events" VALUES(31,'jsonl:tickets','J-first-due/1',NULL,'2ccbcc39aeb3fb6e567dea68010390e1b09b5856f9904f5ef19e21b35156e939','scheduled',NULL,'tickets','J-first-due','A line that is due later (first).',NULL,NULL,NULL,NULL,5,NULL,1893574800000,1795889731864,0);
INSERT INTO "events" VALUES(32,'jsonl:tickets','refused:140c2f4da79f7770001b61ad9536f94c','J-first-bad/1','140c2f4da79f7770001b61ad9536f94cf7521af5521e35f6c24789a3fc1f1300','refused','first/events.jsonl, line 4: text: expected a string of 1 to 100,000 characters, not only white space, without NUL, got nothing','','','',NULL,NULL,NULL,NULL,5,NULL,NULL,1795889731864,0);
INSERT INTO "events" VALUES(33,'crm','H-first/1',NULL,'c1c77b9114bd9e0c6ec812a2e7da9cba62a50dcdfcb9c14486fcdaf330195135','accepted',NULL,'api','H-first',NULL,NULL,'{"id":"c-1","name":"Nell","email":"nell@customers.example"}','{"shop":"north"}',NULL,5,NULL,NULL,1795889731946,1);
INSERT INTO "events" VALUES(34,'crm','H-first-due/1',NULL,'14a5645294bcfdd7e2f904e08c73ef8891d73bc209ba390599cd121e9d46246b','scheduled',NULL,'api','H-first-due','Due later, over HTTP (first).',NULL,NULL,NULL,NULL,5,NULL,1893574800000,1795889732162,0);
INSERT INTO "events" VALUES(35,'crm','B-first/1',NULL,'daa1c453356135e321410eea0b662d972cc04023ebc1664229490ca177cfcaed','accepted',NULL,'api','B-first',NULL,NULL,NULL,NULL,NULL,5,NULL,NULL,1795889732242,1);
INSERT INTO "events" VALUES(36,'crm','B-first/2',NULL,'40d66335a374d05cedb04a3cb384f033f74179ea13b5d0a5a2d1b12f17c4b1ac','accepted',NULL,'api','B-first',NULL,NULL,NULL,NULL,NULL,5,NULL,NULL,1795889732242,0);
INSERT INTO "events" VALUES(37,'crm','ce-first-1',NULL,'e365faacd19a6f88cd22914ae53734966a5631d52861779f2dd7be43f229d618','accepted',NULL,'api','CE-first',NULL,NULL,NULL,'{"cloudevent":{"source":"/shop","type":"asked"}}',NULL,5,1793610000000,NULL,1795889732345,0);
INSERT INTO "events" VALUES(38,'crm','ce-first-2',NULL,'3580dd64231b4a481ae7b8cc1986b008bbe83aafd19b5238fb6f881ac7519586','accepted',NULL,'api','CE-first',NULL,NULL,NULL,'{"cloudevent":{"source":"/shop","type":"asked"}}',NULL,5,NULL,NULL,1795889732366,0);
INSERT INTO "events" VALUES(39,'crm','S-first/1',NULL,'394c017e8bebf5487fb5a9eeba1da6711cae5f9f691010653964a4772f8beb24','accepted',NULL,'support','S-first',NULL,NULL,NULL,NULL,NULL,5,NULL,NULL,1795889732427,0);
INSERT INTO "events" VALUES(40,'crm','S-first-2/1',NULL,'6f811964965c993196ac3871c181e639f46c4c895de81bc7270bd35ce3abf33e','accepted',NULL,'support','S-first-2',NULL,NULL,NULL,NULL,NULL,5,NULL,NULL,1795889732555,0);
INSERT INTO "events" VALUES(41,'crm','X-first/1',NULL,'25942f8a20ef136990b680c00efca86034a5aaea7045d7e17ba164b2c1dbaf00','accepted',NULL,'closed','X-first',NULL,NULL,NULL,NULL,NULL,5,NULL,NULL,1795889732640,0);
INSERT INTO "events" VALUES(42,'crm','N-first/1',NULL,'be8e64d473b64281d35f6104ea25b213f0cf18a951d71a98b48edc214cf8bef4','accepted',NULL,'night','N-first',NULL,NULL,NULL,NULL,NULL,5,NULL,NULL,1795889732934,0);
INSERT INTO "events" VALUES(43,'crm','S-failed/1',NULL,'f87ee90b575e0249bd5fc5161dad48475f8f2f920f9086cc5c8be6ff6f9146ec','accepted',NULL,'support','S-failed',NULL,NULL,NULL,NULL,NULL,5,NULL,NULL,1795889732986,0);
INSERT INTO "events" VALUES(44,'crm','S-person/1',NULL,'41c6d77de86d7057d89ce92873e50600d7f592f3baf13223459bc5bbc53fa014','accepted',NULL,'support','S-person',NULL,NULL,NULL,NULL,NULL,5,NULL,NULL,1795889733040,0);
INSERT INTO "events" VALUES(45,'crm','H-lost/1',NULL,'b576c7def201357b0f042c2bd9f7c6ceb498241309a3b0f548a7622fde523b10','accepted',NULL,'api','H-lost',NULL,NULL,NULL,NULL,NULL,5,NULL,NULL,1795889733076,0);
INSERT INTO "events" VALUES(46,'crm','H-refused/1',NULL,'611ac9341254921fc814e4b3d80c2c0fe29586a3fed34e9b225da2145eaf5ccf','accepted',NULL,'api','H-refused',NULL,NULL,NULL,NULL,NULL,5,NULL,NULL,1795889733139,0);
INSERT INTO "events" VALUES(47,'crm','H-done/1',NULL,'47a43233eefe5ce8443d55e3f1e910b2da43b3375bbfb2f52a089e432bcf8413','accepted',NULL,'api','H-done',NULL,NULL,NULL,NULL,NULL,5,NULL,NULL,1795889733193,0);
INSERT INTO "events" VALUES(48,'csv:tickets','L-first/1',NULL,'6b769d5c24dcd8eef3df0b555f90e99e9e6d7e38578280113b0f948a3a2fb8ff','accepted',NULL,'tickets','L-first',NULL,NULL,NULL,NULL,NULL,5,NULL,NULL,1795889733284,0);
INSERT INTO "events" VALUES(49,'freshdesk','4',NULL,'5db65debaacd6980014dc27c8bf13448d48351d4758e580eea5eb3056a817bd5','accepted',NULL,'hooks','9',NULL,NULL,'{"email":"ada@example.com"}',NULL,NULL,5,NULL,NULL,1795889733313,0);
INSERT INTO "events" VALUES(50,'front','msg_1',NULL,'a2e70747e49c1e5a79e223578186698c12bbaa06e3dce424343c94caf4587b50','accepted',NULL,'hooks','cnv_1',NULL,'Parcel','{"email":"ada@example.com"}',NULL,NULL,5,NULL,NULL,1795889733349,0);
INSERT INTO "events" VALUES(51,'front_rule','msg_1',NULL,'a2e70747e49c1e5a79e223578186698c12bbaa06e3dce424343c94caf4587b50','accepted',NULL,'hooks','cnv_1',NULL,'Parcel',NULL,NULL,NULL,5,NULL,NULL,1795889733386,0);
INSERT INTO "events" VALUES(52,'helpscout','9',NULL,'5c4d460f03249f2a5808d2c2c3b938711a527cc3d8bedf083b9cb929e8484875','accepted',NULL,'hooks','77',NULL,'Parcel','{"id":"4","name":"Ada L","email":"ada@example.com"}',NULL,NULL,5,1795255200000,NULL,1795889733416,0);
INSERT INTO "events" VALUES(53,'hubspot','m-1',NULL,'62c9045053dca851a8325529c80ed9a7529951b9658d74cf188e888fc5e73c5a','accepted',NULL,'hooks','901',NULL,NULL,NULL,NULL,NULL,5,1795000000000,NULL,1795889733451,0);
INSERT INTO "events" VALUES(54,'hubspot_v1','m-1',NULL,'62c9045053dca851a8325529c80ed9a7529951b9658d74cf188e888fc5e73c5a','accepted',NULL,'hooks','901',NULL,NULL,NULL,NULL,NULL,5,1795000000000,NULL,1795889733498,0);
INSERT INTO "events" VALUES(55,'intercom','part-501',NULL,'2219515108f2936939700fda4cd8f632f7bb8c1e0d7711d49692bd76c38c2fd7','accepted',NULL,'hooks','215',NULL,NULL,'{"id":"u1","name":"Ada","email":"ada@example.com"}',NULL,NULL,5,1795000000000,NULL,1795889733603,1);
INSERT INTO "events" VALUES(56,'jira','comment-7',NULL,'676e68125150ff9c94b94a8bc72098a6a153f7e9f7af9f12e93facba3615a4f2','accepted',NULL,'hooks','SUP-1',NULL,'Parcel','{"id":"qm:1","name":"Ada"}',NULL,NULL,5,1795000000000,NULL,1795889733666,0);
INSERT INTO "events" VALUES(57,'standard_webhooks','T-1/1',NULL,'8af39ae6c54fdc185f2e006e909a3f205f3218387637222c6f96db284d3feebd','accepted',NULL,'hooks','T-1',NULL,'Parcel','{"id":"12","name":"Ada","email":"ada@example.com","language":"de"}','{"type":"message.created"}',NULL,7,1795255200000,NULL,1795889733701,0);
INSERT INTO "events" VALUES(58,'zammad','11',NULL,'9f52559a0a4519b60baa9537fc25aa5d411245a1c84d69e9c9d08fc20e758390','accepted',NULL,'hooks','3',NULL,'Parcel','{"id":"5","name":"Ada","email":"ada@example.com"}',NULL,NULL,5,1795255200000,NULL,1795889733756,0);
INSERT INTO "events" VALUES(59,'zendesk','seq-1',NULL,'3468d5bcbf37336d6dae7658be16490f758b361356cfc01668509da5655a668c','accepted',NULL,'hooks','35436',NULL,'Parcel','{"id":"8","name":"Ada"}','{"status":"OPEN","channel":"web"}',NULL,5,1795255200123,NULL,1795889733830,0);
INSERT INTO "events" VALUES(60,'celery','C-first-1/1',NULL,'4ad3d2c547fa99214357b397eca4c66b89231c39463c11000afaa3c3c1644b4f','accepted',NULL,'shop','C-first-1',NULL,NULL,NULL,NULL,'{"task":"shop.answered","queue":"shop"}',5,NULL,NULL,1795889733870,0);
INSERT INTO "events" VALUES(61,'celery','C-first-2/1',NULL,'02093e944e351215450fe4715350df0c3c6ff669dd62bb402dd6a5447ca819c1','accepted',NULL,'shop','C-first-2',NULL,NULL,NULL,NULL,'{"task":"shop.answered","queue":null}',5,NULL,NULL,1795889733870,0);
INSERT INTO "events" VALUES(62,'celery','CL-first-due/1',NULL,'9114b0d6b0647991f262ec6ac200163e4aeb60bbc95dd8f8ec93552712e336cd','scheduled',NULL,'api','CL-first-due','Due later, by Celery (first).',NULL,NULL,NULL,NULL,5,NULL,1893574800000,1795889733870,0);
INSERT INTO "events" VALUES(63,'celery','CL-first/1',NULL,'4e05f1db401637e4c1106b2825bf3f8a444689eb7ad570d68a95866ec2ad0573','accepted',NULL,'api','CL-first',NULL,NULL,NULL,NULL,NULL,5,NULL,NULL,1795889733870,1);
INSERT INTO "events" VALUES(64,'celery','refused:161028104ed8f3474b89c282609db940','CL-first-bad/1','284f303c1d306e2e36858e0bae0a68485d5b31e3f1c5c8a2064bc3d223b7a49e','refused','route: expected a configured route (api, braked, closed, drafts, hooks, mail, night, quick, shop, support, tickets)','nowhere','x','no such route',NULL,NULL,NULL,NULL,5,NULL,NULL,1795889733870,0);
INSERT INTO "events" VALUES(65,'amqp','AM-first/1',NULL,'4d58d657c92713f856288373d4acb123b1120284df33f82f3926d5e8ced7c7fe','accepted',NULL,'api','AM-first',NULL,NULL,NULL,NULL,NULL,5,NULL,NULL,1795889733995,1);
INSERT INTO "events" VALUES(66,'amqp','AM-first/2',NULL,'07c8029a65009c0ad5c3b11a6d254fb05f825c471e88be96962010e259f97427','accepted',NULL,'api','AM-first',NULL,NULL,NULL,NULL,NULL,5,NULL,NULL,1795889733995,0);
INSERT INTO "events" VALUES(67,'amqp','ce-first-3',NULL,'cc4c27deab2b643311a30ee44d8a5d470fa7a9d0a347a985aed70b60bd652a1d','accepted',NULL,'api','AM-first-ce',NULL,NULL,NULL,'{"cloudevent":{"source":"/till","type":"asked"}}',NULL,5,NULL,NULL,1795889733995,0);
INSERT INTO "events" VALUES(68,'amqp','ce-first-4',NULL,'4c257e24283f2b4cdefb0f366d4d69db5bcd94a820e35042455395499e8cc7e0','accepted',NULL,'api','AM-first-ce',NULL,NULL,NULL,'{"cloudevent":{"source":"/till","type":"asked"}}',NULL,5,NULL,NULL,1795889733995,0);
INSERT INTO "events" VALUES(69,'amqp','refused:66baec03c05c96fe4bc73d19fb08bb9f','AM-first-bad/1','66baec03c05c96fe4bc73d19fb08bb9f22145faf1335e39db99ac4f8febaa88d','refused','turnwire.events, message 9784140ac4a1: conversation: expected a string of 1 to 255 characters, without NUL, got nothing','','','',NULL,NULL,NULL,NULL,5,NULL,NULL,1795889733995,0);
INSERT INTO "events" VALUES(70,'till:7','AM-first-t/1',NULL,'db29ae6e0adafbe8a9818b68b1d6dee28701dd0d09469be4b2cd6d3391108513','accepted',NULL,'api','AM-first-t',NULL,NULL,NULL,NULL,NULL,5,NULL,NULL,1795889733995,0);
INSERT INTO "events" VALUES(71,'broker','quarantined:b972d662-fb79-4956-8b05-46541a49be94',NULL,'c0766167e182e9bee1bc112a1b07e6d0488c91562d88ff7e529434b96345e9e4','quarantined','queue turnwire.events: body is not JSON','','','',NULL,NULL,NULL,NULL,5,NULL,NULL,1795889734196,0);
INSERT INTO "events" VALUES(72,'python','PY-first/1',NULL,'10983a0b3473600d40af7bd7ab42f8d732845c3abee022466bd3fb76dc20f420','accepted',NULL,'api','PY-first',NULL,NULL,NULL,NULL,NULL,5,NULL,NULL,1795889734265,1);
INSERT INTO "events" VALUES(73,'python','PY-first/2',NULL,'c22f530014f5670fc3d5d1cbd26336cb154db92fb886d7b6030363c25bc4a4ce','accepted',NULL,'api','PY-first',NULL,NULL,NULL,NULL,NULL,5,NULL,NULL,1795889734265,0);
INSERT INTO "events" VALUES(74,'cli','CLI-first/1',NULL,'fc4b1206be1c454eced00791019a215aa84f962cdaa667f8ae7cd58e74a4122c','accepted',NULL,'api','CLI-first',NULL,NULL,NULL,NULL,NULL,5,NULL,NULL,1795889734566,0);
INSERT INTO "events" VALUES(75,'cli','CLI-first-due/1',NULL,'23619a108fc7c0fe502010753c8c6e0c89516f902b46188d0ee1969d5ec5536b','scheduled',NULL,'api','CLI-first-due','Due later, by command (first).',NULL,NULL,NULL,NULL,5,NULL,1893574800000,1795889734832,0);
INSERT INTO "events" VALUES(76,'cli','F-first/1',NULL,'5d262c0738d000a7bfe7b85a1812251994c17d6f4e235333dc1c8863ad397b3f','scheduled',NULL,'api','H-first','A follow-up (first).',NULL,NULL,NULL,NULL,4,NULL,NULL,1795889735142,0);
INSERT INTO "events" VALUES(77,'cli','F-first/2',NULL,'fc74b0998665e4b24d58e7eb5072183b0f7b519e9f7b2087744f2fc85f6a0db7','scheduled',NULL,'mail','thread-first@customers.example','A follow-up in a mail thread (first).',NULL,NULL,NULL,NULL,4,NULL,1893574800000,1795889735381,0);
INSERT INTO "events" VALUES(78,'cli','F-first/3',NULL,'af661f2b3d39dc390a4fa708ab50adc627b207da1ee0ef2ca456bf5725501a43','scheduled',NULL,'api','F-first-off','A follow-up that is taken back (first).',NULL,NULL,NULL,NULL,4,NULL,1893574800000,1795889735714,0);
INSERT INTO "events" VALUES(79,'cli','H-swept/1',NULL,'c9caa455b515c23b7d1388f81856ab29c4baaab0d5fd7837212ba04573a36894','accepted',NULL,'api','H-swept',NULL,NULL,NULL,NULL,NULL,5,NULL,NULL,1795889738236,0);
INSERT INTO "events" VALUES(80,'crm','S-late/1',NULL,'2024808a8f474ae9e6d202883b0d4fcf8a86aa821c3b0efd410fe4a41257f0c2','accepted',NULL,'support','S-late',NULL,NULL,NULL,NULL,NULL,5,NULL,NULL,1795889741788,0);
INSERT INTO "events" VALUES(81,'crm','S-late-2/1',NULL,'617060e772da34fd15b70371ed105c6b87004b72004e0e494253a9c1596322f1','accepted',NULL,'support','S-late-2',NULL,NULL,NULL,NULL,NULL,5,NULL,NULL,1795889741814,0);
INSERT INTO "events" VALUES(82,'crm','S-over/1',NULL,'5041a8dd963e81519fb6e0c2fbcfb103f3110923ec51271247e0b557728b592b','accepted',NULL,'support','S-over',NULL,NULL,NULL,NULL,NULL,5,NULL,NULL,1795889741822,0);
INSERT INTO "events" VALUES(83,'crm','D-over/1',NULL,'a5c9940b4a13d89156c5aee0faf23133dbc4f9568ea7952636276919f7fbe8cb','accepted',NULL,'drafts','D-over',NULL,NULL,NULL,NULL,NULL,5,NULL,NULL,1795889741830,0);
INSERT INTO "events" VALUES(84,'celery','C-late-1/1',NULL,'d2f5bcd18400435f69274d1a648c5244a2fd4b069a7954a1297643f20bd347ec','accepted',NULL,'shop','C-late-1',NULL,NULL,NULL,NULL,'{"task":"shop.answered","queue":"shop"}',5,NULL,NULL,1795889741850,0);
INSERT INTO "events" VALUES(85,'celery','C-late-2/1',NULL,'cbd6628b9f56a804e654b13d42301aebe0f7ee1b29a5cb69158e3fe49891745f','accepted',NULL,'shop','C-late-2',NULL,NULL,NULL,NULL,'{"task":"shop.answered","queue":"shop"}',5,NULL,NULL,1795889741873,0);
INSERT INTO "events" VALUES(86,'crm','S-over/2',NULL,'bec430bba09c6835d789f2969cd5aaaae181260089d793110ff4a090857c0867','accepted',NULL,'support','S-over',NULL,NULL,NULL,NULL,NULL,5,NULL,NULL,1795889742431,0);
INSERT INTO "events" VALUES(87,'crm','D-over/2',NULL,'4de5564673c26fef3e59b6905c773c763ca1bf1c4d51ca8fa3d52db90ed3ad88','accepted',NULL,'drafts','D-over',NULL,NULL,NULL,NULL,NULL,5,NULL,NULL,1795889742438,0);
INSERT INTO "events" VALUES(88,'cli','H-sending/1',NULL,'e69cc726a0cf8bbe8c104359edfa0556e6f5b3daa9156eab51d3379dcb576ab0','accepted',NULL,'api','H-sending',NULL,NULL,NULL,NULL,NULL,5,NULL,NULL,1795889742832,0);
INSERT INTO "events" VALUES(89,'mail:mail','thread-second@customers.example',NULL,'b0fb878e268f5f32b4472b332eaeb7714e220e03be6a5afbb13285174d534421','accepted',NULL,'mail','thread-second@customers.example',NULL,'My parcel','{"name":"Ada Brook","email":"ada@customers.example"}','{"to":"support@brightwater.example"}',NULL,5,1793606400000,NULL,1795889745372,0);
INSERT INTO "events" VALUES(90,'mail:mail','thread-second-b@customers.example',NULL,'502f39e287223a3ff4a7645e32f48efdc7125a999f3cf9fc1c6f03546c83721a','accepted',NULL,'mail','thread-second@customers.example',NULL,'Re: My parcel','{"name":"Ada Brook","email":"ada@customers.example"}','{"to":"support@brightwater.example","in_reply_to":"thread-second@customers.example"}',NULL,5,1793692800000,NULL,1795889745372,0);
INSERT INTO "events" VALUES(91,'mail:mail','sha256:cbfa069f85d465a0f7fd9190ea8751908234803f7d510ce99c19f392d5e74d7a',NULL,'c707c2ab43e361e898b363bb34610591541bad4cc724aac15e916d0821d9b5fd','accepted',NULL,'mail','sha256:cbfa069f85d465a0f7fd9190ea8751908234803f7d510ce99c19f392d5e74d7a',NULL,'Invoice','{"email":"bob@customers.example"}','{"to":"support@brightwater.example"}',NULL,5,1793779200000,NULL,1795889745372,0);
INSERT INTO "events" VALUES(92,'mail:mail','html-second@customers.example',NULL,'c712b777cf3822fecd679c52297917970eaac92234486efa7bceacc7f490fb1c','accepted',NULL,'mail','html-second@customers.example',NULL,'Address','{"email":"bob@customers.example"}','{"to":"support@brightwater.example"}',NULL,5,1793782800000,NULL,1795889745372,0);
INSERT INTO "events" VALUES(93,'mail:mail','orphan-second@customers.example',NULL,'54e055a4e9555cabfa3c663380257ab05ae121b90bab9ffd10e21f4ae43c833b','accepted',NULL,'mail','order-second@brightwater.example',NULL,'Re: Your order','{"name":"Cy","email":"cy@customers.example"}','{"to":"support@brightwater.example","in_reply_to":"order-second@brightwater.example"}',NULL,5,1793786400000,NULL,1795889745372,0);
INSERT INTO "events" VALUES(94,'mail:mail','auto-second@customers.example',NULL,'031ac7366de6f1576adff42cee1a1c1e906e96374f104679481f6ed50b7d8e34','stopped','auto_submitted','mail','auto-second@customers.example','I am away until Monday. (second)','Out of office','{"email":"bob@customers.example"}','{"to":"support@brightwater.example"}',NULL,5,1793865600000,NULL,1795889745385,0);
INSERT INTO "events" VALUES(95,'mail:mail','bounce-second@mx.example',NULL,'cc01b4bcaf2365ab78ed390b250f452d1c2477ff614152b37ccca341b6bd289f','stopped','delivery_report','mail','bounce-second@mx.example','It could not be delivered. (second)','Undelivered Mail Returned to Sender','{"email":"MAILER-DAEMON@mx.example"}','{"to":"support@brightwater.example"}',NULL,5,1793872800000,NULL,1795889745385,0);
INSERT INTO "events" VALUES(96,'mail:mail','list-second@lists.example',NULL,'476b968f28f749e74dfd2224e7b2efbbee90188f8c12ea1a9c4d8ad712baa19c','stopped','mailing_list','mail','list-second@lists.example','What is new. (second)','News','{"email":"news@lists.example"}','{"to":"support@brightwater.example"}',NULL,5,1793876400000,NULL,1795889745385,0);
INSERT INTO "events" VALUES(97,'mail:mail','own-second@brightwater.example',NULL,'55b139e76fc0945d9802dda26dfc809eec9739a9b9ae39a537321b582f7e6b68','stopped','own_address','mail','own-second@brightwater.example','Our own answer. (second)','Re: My parcel','{"email":"support@brightwater.example"}','{"to":"ada@customers.example"}',NULL,5,1793869200000,NULL,1795889745385,0);
INSERT INTO "events" VALUES(98,'mail:mail','refused:ba9d2abdd14fefe63a18be39303f26ba','empty-second@customers.example','ba9d2abdd14fefe63a18be39303f26baa81d7e1f76a4ff385d2be36de41723eb','refused','second/mail.mbox, mail 10: no_text: nothing in this mail is readable text','','','',NULL,NULL,NULL,NULL,5,NULL,NULL,1795889745385,0);
INSERT INTO "events" VALUES(99,'mail:mail','single-second@customers.example',NULL,'c2435efd707d2c178086c4e60e48608bc1a76672046c7799d6ecbad20280340b','accepted',NULL,'mail','single-second@customers.example',NULL,'Password','{"name":"Gus","email":"gus@customers.example"}','{"to":"support@brightwater.example"}',NULL,5,1794038400000,NULL,1795889745395,0);
INSERT INTO "events" VALUES(100,'mail:mail','dir-new-second@customers.example',NULL,'645e34bd1dc743cd0f1be99d8cb9b7e91b8877a7e5989221ac1d9e71e952434f','accepted',NULL,'mail','dir-new-second@customers.example',NULL,'Refund','{"name":"Hal","email":"hal@customers.example"}','{"to":"support@brightwater.example"}',NULL,5,1794124800000,NULL,1795889745404,0);
INSERT INTO "events" VALUES(101,'mail:mail','dir-cur-second@customers.example',NULL,'24e5ba35700f2b1c993f0430cb8bcb7b996055cc018e9bc295539831dbe5f16e','accepted',NULL,'mail','dir-cur-second@customers.example',NULL,'Damaged','{"name":"Ida","email":"ida@customers.example"}','{"to":"support@brightwater.example"}',NULL,5,1794128400000,NULL,1795889745404,0);
INSERT INTO "events" VALUES(102,'mail:mail','old-second-b@customers.example',NULL,'0a2cfb74705615d7e5f5d8fcb381d4aa46485ad5c8f1b5054f881047a3d79f1f','context',NULL,'mail','old-second@customers.example','An old thank you. (second)','Re: Years ago','{"name":"Jo","email":"jo@customers.example"}','{"to":"support@brightwater.example"}',NULL,5,1762243200000,NULL,1795889745556,0);
INSERT INTO "events" VALUES(103,'mail:mail','old-second@customers.example',NULL,'d4a1497ab8ba4c6fecbce67676905d94921aaf55656b2f2794f1cb0c2de9efa8','context',NULL,'mail','old-second@customers.example','An old question. (second)','Years ago','{"name":"Jo","email":"jo@customers.example"}','{"to":"support@brightwater.example"}',NULL,5,1762156800000,NULL,1795889745556,0);
INSERT INTO "events" VALUES(104,'csv:tickets','1052.0/6071442def5b43b0',NULL,'d7689e44d4de310813c6a664ec0bd86d95e94e444b985a628133ce773b132bcc','accepted',NULL,'tickets','1052.0',NULL,'Excel','{"email":"lea@customers.example"}','{"shop":"south"}',NULL,5,1793692800000,NULL,1795889745689,0);
INSERT INTO "events" VALUES(105,'csv:tickets','1053/f05f0cfe4fec5828',NULL,'70dc514e7539ae878437ea970ec1483a8a497b0f8233883401b575dd8756b360','accepted',NULL,'tickets','1053',NULL,'No zone','{"email":"max@customers.example"}','{"created_at":"03.11.2026 09:00","shop":"south"}',NULL,5,NULL,NULL,1795889745689,0);
INSERT INTO "events" VALUES(106,'csv:tickets','refused:d5013946b84c1b3c22f9a5fdd2587b29',NULL,'d5013946b84c1b3c22f9a5fdd2587b29e26cf12dbcc23b3b5956b11381cf64de','refused','second/tickets.csv, row 7: text: expected a value, got an empty cell','','','',NULL,NULL,NULL,NULL,5,NULL,NULL,1795889745696,0);
INSERT INTO "events" VALUES(107,'csv:tickets','m-1051',NULL,'07b49a1d8265774640d8deb2dc2e890b11597f5395f29dd918f2988b7daf4c59','accepted',NULL,'tickets','1051',NULL,'Parcel','{"email":"kim@customers.example"}','{"shop":"north"}',NULL,5,1793610000000,NULL,1795889745705,0);
INSERT INTO "events" VALUES(108,'csv:tickets','m-1051-c',NULL,'0b51b15e725609e52353ed45e90dce9d63cf5060045d5c7c94117d5434b06808','accepted',NULL,'tickets','1051',NULL,'Parcel','{"email":"kim@customers.example"}','{"shop":"north"}',NULL,5,1793617200000,NULL,1795889745705,0);
INSERT INTO "events" VALUES(109,'csv:tickets','m-1051-b',NULL,'0ff6cefa5d665dd66db66a723ac90151fd659407cca43df59d2936ffe8511d4f','context','author','tickets','1051','We look into it.','Parcel',NULL,'{"author":"agent","shop":"north"}',NULL,5,1793613600000,NULL,1795889745710,0);
INSERT INTO "events" VALUES(110,'csv:tickets','old-m-1050',NULL,'6679dc86ccf05d751fdb2407e7f1e5ca40fa4d106f7fd358ecdb2ade3e8307a0','context',NULL,'tickets','old-1050','An old ticket (second).',NULL,NULL,NULL,NULL,5,1762160400000,NULL,1795889745942,0);
INSERT INTO "events" VALUES(111,'csv:tickets','old-m-1050-b',NULL,'a804ee2e0fadaed17c741fb05bd3b39227ddca2748868d846a37261c3cb769d8','context','author','tickets','old-1050','An old answer (second).',NULL,NULL,'{"author":"agent"}',NULL,5,1762164000000,NULL,1795889745942,0);
INSERT INTO "events" VALUES(112,'jsonl:tickets','J-second/1',NULL,'e452204e1d940e934a114c246d16a032d1a0e6072d80e7d5cc662ffa5f27817a','accepted',NULL,'tickets','J-second',NULL,NULL,NULL,NULL,NULL,5,NULL,NULL,1795889746090,0);
INSERT INTO "events" VALUES(113,'jsonl:tickets','J-second/2',NULL,'5630565892fa4b102225b1518adaf8bacfe6636326ac2ed331d133f1b4550ba1','accepted',NULL,'tickets','J-second',NULL,NULL,NULL,NULL,NULL,7,1793613600000,NULL,1795889746090,0);
INSERT INTO "events" VALUES(114,'jsonl:tickets','J-second-due/1',NULL,'d9ba04c6c95d39c42828005b2a2bfcc450d6718b4286e2974d7845b0fe902b56','scheduled',NULL,'tickets','J-second-due','A line that is due later (second).',NULL,NULL,NULL,NULL,5,NULL,1893574800000,1795889746106,0);
INSERT INTO "events" VALUES(115,'jsonl:tickets','refused:442f1f9d2718b62dab40d9f8ca1993e2','J-second-bad/1','442f1f9d2718b62dab40d9f8ca1993e2d1cd08cb914c9a25898c97a8a3b9de3c','refused','second/events.jsonl, line 4: text: expected a string of 1 to 100,000 characters, not only white space, without NUL, got nothing','','','',NULL,NULL,NULL,NULL,5,NULL,NULL,1795889746106,0);
INSERT INTO "events" VALUES(116,'crm','H-second/1',NULL,'71d8f754c46fb5a14a8f844545a7ac9f156ed819c33c69266e6c5bba40bf3b75','accepted',NULL,'api','H-second',NULL,NULL,'{"id":"c-1","name":"Nell","email":"nell@customers.example"}','{"shop":"north"}',NULL,5,NULL,NULL,1795889746154,1);
INSERT INTO "events" VALUES(117,'crm','H-second-due/1',NULL,'538823c609baa142f9f50179e19fee10c4986cf51440f0145066dc96f8e516d1','scheduled',NULL,'api','H-second-due','Due later, over HTTP (second).',NULL,NULL,NULL,NULL,5,NULL,1893574800000,1795889746344,0);
INSERT INTO "events" VALUES(118,'crm','B-second/1',NULL,'1c36030c23f3f3efa96bcff5e488b52e3e37c25c517a8aab1eac002dfb3ee2b1','accepted',NULL,'api','B-second',NULL,NULL,NULL,NULL,NULL,5,NULL,NULL,1795889746400,1);
INSERT INTO "events" VALUES(119,'crm','B-second/2',NULL,'f42aae30868a5c9eebdc23887a739daa0ccc3cec8685d4bc5b33f82ac70e7c5e','accepted',NULL,'api','B-second',NULL,NULL,NULL,NULL,NULL,5,NULL,NULL,1795889746400,0);
INSERT INTO "events" VALUES(120,'crm','ce-second-1',NULL,'d8ea88f1fe4cb58f8c39b51d1b1f47e7bcaf655fc471335faaeba220c9450750','accepted',NULL,'api','CE-second',NULL,NULL,NULL,'{"cloudevent":{"source":"/shop","type":"asked"}}',NULL,5,1793610000000,NULL,1795889746461,0);
INSERT INTO "events" VALUES(121,'crm','ce-second-2',NULL,'ea59cef1b728fb6a89a1f3929780aca5d7fd439482d0c9a2f28208a2db843306','accepted',NULL,'api','CE-second',NULL,NULL,NULL,'{"cloudevent":{"source":"/shop","type":"asked"}}',NULL,5,NULL,NULL,1795889746544,0);
INSERT INTO "events" VALUES(122,'crm','S-second/1',NULL,'7b00a0a8f32dfd32b3311c6de70dbade53a25e158b8d06ba09f4e4ea5d295c7f','accepted',NULL,'support','S-second',NULL,NULL,NULL,NULL,NULL,5,NULL,NULL,1795889746566,0);
INSERT INTO "events" VALUES(123,'crm','S-second-2/1',NULL,'18bc0c6d30e1a0a55cc0eba26f823c0006fea96bd36221cdee7bbbaf3fc887b0','accepted',NULL,'support','S-second-2',NULL,NULL,NULL,NULL,NULL,5,NULL,NULL,1795889746589,0);
INSERT INTO "events" VALUES(124,'crm','X-second/1',NULL,'019faa4a9fc97aaa8d7f2d2a77b9a240769167d3ad8f6ad39a13773d2c078a9c','accepted',NULL,'closed','X-second',NULL,NULL,NULL,NULL,NULL,5,NULL,NULL,1795889746610,0);
INSERT INTO "events" VALUES(125,'crm','N-second/1',NULL,'1b294933b66dd1dc59460645154a2129dca014d2263796c75bf3b3c7814588e4','accepted',NULL,'night','N-second',NULL,NULL,NULL,NULL,NULL,5,NULL,NULL,1795889746632,0);
INSERT INTO "events" VALUES(126,'crm','S-person/2',NULL,'b377e40e4520741ae21c0414fb8a599df65ec40d463eaf81f6f56025f0887ab6','accepted',NULL,'support','S-person',NULL,NULL,NULL,NULL,NULL,5,NULL,NULL,1795889746657,0);
INSERT INTO "events" VALUES(127,'crm','H-lost/2',NULL,'c84763add66e6a3655ff57e6c927a8661a15595f82388cc72f200cd0b564e556','accepted',NULL,'api','H-lost',NULL,NULL,NULL,NULL,NULL,5,NULL,NULL,1795889746688,0);
INSERT INTO "events" VALUES(128,'crm','H-cancelled/1',NULL,'513ba637a9cd5c8f0b729c106709d79d94479c4d25bb9dc4cc95bfe973415ed0','accepted',NULL,'api','H-cancelled',NULL,NULL,NULL,NULL,NULL,5,NULL,NULL,1795889746718,0);
INSERT INTO "events" VALUES(129,'crm','Q-1/1',NULL,'eace011fa577f853b757a8eaf53227f863a07da0f0325c7b2159de1c53f79534','accepted',NULL,'quick','Q-1',NULL,NULL,NULL,NULL,NULL,5,NULL,NULL,1795889746740,0);
INSERT INTO "events" VALUES(130,'crm','Q-1/2',NULL,'4ea5398ae75c4a252a152aa64cb3c6b0ee20e159aae98d659d95d1513bf337d6','accepted',NULL,'quick','Q-1',NULL,NULL,NULL,NULL,NULL,5,NULL,NULL,1795889746806,0);
INSERT INTO "events" VALUES(131,'crm','K-1/1',NULL,'b5c19d0e312c821d066d36648dc2adef01e5d06067bac043fed08eb40b4ef055','accepted',NULL,'braked','K-1',NULL,NULL,NULL,NULL,NULL,5,NULL,NULL,1795889746939,0);
INSERT INTO "events" VALUES(132,'crm','K-1/2',NULL,'e988cef8733e588b2783c3e55cf8acc4bb6318bd3ede8393060ababc3097c38d','accepted',NULL,'braked','K-1',NULL,NULL,NULL,NULL,NULL,5,NULL,NULL,1795889746971,0);
INSERT INTO "events" VALUES(133,'crm','K-1/3',NULL,'30c5214011cd0a411ce80456de9017ef9e8ba92d376d0faf40694ebe4998a234','accepted',NULL,'braked','K-1',NULL,NULL,NULL,NULL,NULL,5,NULL,NULL,1795889746995,0);
INSERT INTO "events" VALUES(134,'csv:tickets','L-second/1',NULL,'99301b3367e5a37148525595c40aa6c7872e5e692742e1f441c4477c0cfef32c','accepted',NULL,'tickets','L-second',NULL,NULL,NULL,NULL,NULL,5,NULL,NULL,1795889747068,0);
INSERT INTO "events" VALUES(135,'freshdesk','5',NULL,'35eba5d9f54065acebeda8927742038711aecbcfd897bad7b6d85569e381ce4f','accepted',NULL,'hooks','10',NULL,NULL,'{"email":"ada@example.com"}',NULL,NULL,5,NULL,NULL,1795889747116,0);
INSERT INTO "events" VALUES(136,'front','msg_2',NULL,'aac2beaee33e86217890ccd317157bcdaed6431a49f49154a5946bd8c1e5b7a3','accepted',NULL,'hooks','cnv_2',NULL,'Parcel','{"email":"ada@example.com"}',NULL,NULL,5,NULL,NULL,1795889747152,0);
INSERT INTO "events" VALUES(137,'front_rule','msg_2',NULL,'aac2beaee33e86217890ccd317157bcdaed6431a49f49154a5946bd8c1e5b7a3','accepted',NULL,'hooks','cnv_2',NULL,'Parcel',NULL,NULL,NULL,5,NULL,NULL,1795889747173,0);
INSERT INTO "events" VALUES(138,'helpscout','10',NULL,'5b47aaa33ced05daec9ecea29bf43d63320e9bcc11d298c30d67ff71bf089bc3','accepted',NULL,'hooks','78',NULL,'Parcel','{"id":"4","name":"Ada L","email":"ada@example.com"}',NULL,NULL,5,1795255200000,NULL,1795889747191,0);
INSERT INTO "events" VALUES(139,'hubspot','m-2',NULL,'406c13eacb008f4c727f287d827ec02e9ec321c2575c7a5e472b7a4d68409fba','accepted',NULL,'hooks','902',NULL,NULL,NULL,NULL,NULL,5,1795000000000,NULL,1795889747219,0);
INSERT INTO "events" VALUES(140,'hubspot_v1','m-2',NULL,'406c13eacb008f4c727f287d827ec02e9ec321c2575c7a5e472b7a4d68409fba','accepted',NULL,'hooks','902',NULL,NULL,NULL,NULL,NULL,5,1795000000000,NULL,1795889747254,0);
INSERT INTO "events" VALUES(141,'intercom','part-502',NULL,'188256c09d48fc53849ce995472877b11b2c38efe84ca7479ac9ce026e4b111c','accepted',NULL,'hooks','216',NULL,NULL,'{"id":"u1","name":"Ada","email":"ada@example.com"}',NULL,NULL,5,1795000000000,NULL,1795889747275,0);
INSERT INTO "events" VALUES(142,'jira','comment-8',NULL,'8700c08423248f0ef547644b7aa64db2864f141821ea7b27cac958db24609c14','accepted',NULL,'hooks','SUP-2',NULL,'Parcel','{"id":"qm:1","name":"Ada"}',NULL,NULL,5,1795000000000,NULL,1795889747304,0);
INSERT INTO "events" VALUES(143,'standard_webhooks','T-2/1',NULL,'e118ec199d4f680d38770e3e74b94f69eafc3ac3af53c1c87dcbacbceed8b0e2','accepted',NULL,'hooks','T-2',NULL,'Parcel','{"id":"12","name":"Ada","email":"ada@example.com","language":"de"}','{"type":"message.created"}',NULL,7,1795255200000,NULL,1795889747346,0);
INSERT INTO "events" VALUES(144,'zammad','12',NULL,'15bb826cc1c6e214e7854894cec33b2944d69bb86e10051b6de5f193d9f21c17','accepted',NULL,'hooks','4',NULL,'Parcel','{"id":"5","name":"Ada","email":"ada@example.com"}',NULL,NULL,5,1795255200000,NULL,1795889747368,0);
INSERT INTO "events" VALUES(145,'zendesk','seq-2',NULL,'fc9cb27874f8f9cf244d9e0d016edff0979c744357f694804b3d08a3f0ee53e9','accepted',NULL,'hooks','35437',NULL,'Parcel','{"id":"8","name":"Ada"}','{"status":"OPEN","channel":"web"}',NULL,5,1795255200123,NULL,1795889747389,0);
INSERT INTO "events" VALUES(146,'celery','C-second-1/1',NULL,'9577b9508fa37bd71b19f8d05e85bc02aa6f2b78eae7a44c1db1d38085208938','accepted',NULL,'shop','C-second-1',NULL,NULL,NULL,NULL,'{"task":"shop.answered","queue":"shop"}',5,NULL,NULL,1795889747419,0);
INSERT INTO "events" VALUES(147,'celery','C-second-2/1',NULL,'e022e2b3b3204f2cc702a4f05d89d7dd7781547a9da899a0491bc02fff9b9149','accepted',NULL,'shop','C-second-2',NULL,NULL,NULL,NULL,'{"task":"shop.answered","queue":null}',5,NULL,NULL,1795889747419,0);
INSERT INTO "events" VALUES(148,'celery','CL-second-due/1',NULL,'0b97ca5aa2b53e7dd7423859c4e385b06f9ab3e15302a05d8c1ef7a6b8024df1','scheduled',NULL,'api','CL-second-due','Due later, by Celery (second).',NULL,NULL,NULL,NULL,5,NULL,1893574800000,1795889747419,0);
INSERT INTO "events" VALUES(149,'celery','CL-second/1',NULL,'c188703a01f71fb9392755f52fb34c467ea7c21ed9ce336feb57c053754b546a','accepted',NULL,'api','CL-second',NULL,NULL,NULL,NULL,NULL,5,NULL,NULL,1795889747419,1);
INSERT INTO "events" VALUES(150,'celery','refused:2235187657b6081f638b48cac6ded3fb','CL-second-bad/1','284f303c1d306e2e36858e0bae0a68485d5b31e3f1c5c8a2064bc3d223b7a49e','refused','route: expected a configured route (api, braked, closed, drafts, hooks, mail, night, quick, shop, support, tickets)','nowhere','x','no such route',NULL,NULL,NULL,NULL,5,NULL,NULL,1795889747419,0);
INSERT INTO "events" VALUES(151,'amqp','AM-second/1',NULL,'c720fdf68c364c815a242a987dfb733ef29a46111f02981a62233169a5de9a54','accepted',NULL,'api','AM-second',NULL,NULL,NULL,NULL,NULL,5,NULL,NULL,1795889747538,1);
INSERT INTO "events" VALUES(152,'amqp','AM-second/2',NULL,'c10fb16b6c93c29e128808370075c5e7a14022eb0a57ff8572f522226fa896bb','accepted',NULL,'api','AM-second',NULL,NULL,NULL,NULL,NULL,5,NULL,NULL,1795889747538,0);
INSERT INTO "events" VALUES(153,'amqp','ce-second-3',NULL,'22f2255d392ca736887893ede9de7c87486829cbee7daf9aef424d92b6f288b9','accepted',NULL,'api','AM-second-ce',NULL,NULL,NULL,'{"cloudevent":{"source":"/till","type":"asked"}}',NULL,5,NULL,NULL,1795889747538,0);
INSERT INTO "events" VALUES(154,'amqp','ce-second-4',NULL,'9e082ae972c3d950c614a121ed7fe3e9f8976f572565ffba225391d4add54026','accepted',NULL,'api','AM-second-ce',NULL,NULL,NULL,'{"cloudevent":{"source":"/till","type":"asked"}}',NULL,5,NULL,NULL,1795889747538,0);
INSERT INTO "events" VALUES(155,'amqp','refused:16b82e4676ad3115bb6f434dd30f05e1','AM-second-bad/1','16b82e4676ad3115bb6f434dd30f05e1547630abcf256ed9c49da7db24b41fce','refused','turnwire.events, message 6047b3a79168: conversation: expected a string of 1 to 255 characters, without NUL, got nothing','','','',NULL,NULL,NULL,NULL,5,NULL,NULL,1795889747538,0);
INSERT INTO "events" VALUES(156,'till:7','AM-second-t/1',NULL,'7a8faada083a4ca9b0a2469aa6948cd088b5376840862d8eb1840797aa0723ed','accepted',NULL,'api','AM-second-t',NULL,NULL,NULL,NULL,NULL,5,NULL,NULL,1795889747538,0);
INSERT INTO "events" VALUES(157,'broker','quarantined:78ec9432-39f9-4771-a0ad-59c8b061e893',NULL,'29cf3d85690edfe23ac00ac31de91d5ad6addf88cab9861a69cf611bfa82c4d5','quarantined','queue turnwire.events: body is not JSON','','','',NULL,NULL,NULL,NULL,5,NULL,NULL,1795889747622,0);
INSERT INTO "events" VALUES(158,'python','PY-second/1',NULL,'3576368c5ef84e8aa2e7fd439e6a4d695bdc7a987e936885fad188755a9ad2e4','accepted',NULL,'api','PY-second',NULL,NULL,NULL,NULL,NULL,5,NULL,NULL,1795889747643,1);
INSERT INTO "events" VALUES(159,'python','PY-second/2',NULL,'4683d91673b82edb1a39e598953d3799e3feb62b35fdb3336756e8d5b89c127f','accepted',NULL,'api','PY-second',NULL,NULL,NULL,NULL,NULL,5,NULL,NULL,1795889747643,0);
INSERT INTO "events" VALUES(160,'cli','CLI-second/1',NULL,'a6ec34ad46d60436a93b3aa12cb6506cd3e7ef262ce2024abe9db34f6884bb62','accepted',NULL,'api','CLI-second',NULL,NULL,NULL,NULL,NULL,5,NULL,NULL,1795889747836,0);
INSERT INTO "events" VALUES(161,'cli','CLI-second-due/1',NULL,'37a7d8047677093acfbeb2b9682cd6224f4b7610c97a1d651381a1d3b82291ea','scheduled',NULL,'api','CLI-second-due','Due later, by command (second).',NULL,NULL,NULL,NULL,5,NULL,1893574800000,1795889748091,0);
INSERT INTO "events" VALUES(162,'cli','F-second/1',NULL,'320fe4cc18bff39a8de5ab30628576ad1db68e1978aca4bf8e5e537094418aeb','scheduled',NULL,'api','H-second','A follow-up (second).',NULL,NULL,NULL,NULL,4,NULL,NULL,1795889748270,0);
INSERT INTO "events" VALUES(163,'cli','F-second/2',NULL,'a8191c8466be97bc0ba4fd013233c27deae1b5a3c14d1449ce8641b0112c27c6','scheduled',NULL,'mail','thread-second@customers.example','A follow-up in a mail thread (second).',NULL,NULL,NULL,NULL,4,NULL,1893574800000,1795889748389,0);
INSERT INTO "events" VALUES(164,'cli','F-second/3',NULL,'4affe0ff07eafb9ab12685ff9446009840e4053ddc0ec6b4458a9e224fa55970','scheduled',NULL,'api','F-second-off','A follow-up that is taken back (second).',NULL,NULL,NULL,NULL,4,NULL,1893574800000,1795889748534,0);
CREATE TABLE followups (
	id BIGINT NOT NULL, 
	status TEXT NOT NULL, 
	reason TEXT, 
	route TEXT, 
	conversation_key TEXT, 
	due_at BIGINT NOT NULL, 
	"after" BIGINT, 
	keep BOOLEAN DEFAULT 0 NOT NULL, 
	expires_at BIGINT, 
	created_at BIGINT NOT NULL, 
	ended_at BIGINT, 
	CONSTRAINT pk_followups PRIMARY KEY (id)
);
INSERT INTO "followups" VALUES(31,'scheduled',NULL,'tickets','J-first-due',1893574800000,NULL,0,1893661200000,1795889731867,NULL);
INSERT INTO "followups" VALUES(34,'scheduled',NULL,'api','H-first-due',1893574800000,NULL,0,1893661200000,1795889732178,NULL);
INSERT INTO "followups" VALUES(62,'scheduled',NULL,'api','CL-first-due',1893574800000,NULL,0,1893661200000,1795889733934,NULL);
INSERT INTO "followups" VALUES(75,'scheduled',NULL,'api','CLI-first-due',1893574800000,NULL,0,1893661200000,1795889734839,NULL);
INSERT INTO "followups" VALUES(76,'scheduled',NULL,'api','H-first',1821809732026,25920000000,0,1821896132026,1795889735149,NULL);
INSERT INTO "followups" VALUES(77,'scheduled',NULL,'mail','thread-first@customers.example',1893574800000,NULL,1,1893661200000,1795889735409,NULL);
INSERT INTO "followups" VALUES(78,'cancelled','operator','api','F-first-off',1893574800000,NULL,0,1893661200000,1795889735717,1795889748768);
INSERT INTO "followups" VALUES(114,'scheduled',NULL,'tickets','J-second-due',1893574800000,NULL,0,1893661200000,1795889746108,NULL);
INSERT INTO "followups" VALUES(117,'scheduled',NULL,'api','H-second-due',1893574800000,NULL,0,1893661200000,1795889746345,NULL);
INSERT INTO "followups" VALUES(148,'scheduled',NULL,'api','CL-second-due',1893574800000,NULL,0,1893661200000,1795889747503,NULL);
INSERT INTO "followups" VALUES(161,'scheduled',NULL,'api','CLI-second-due',1893574800000,NULL,0,1893661200000,1795889748096,NULL);
INSERT INTO "followups" VALUES(162,'scheduled',NULL,'api','H-second',1821809746218,25920000000,0,1821896146218,1795889748271,NULL);
INSERT INTO "followups" VALUES(163,'scheduled',NULL,'mail','thread-second@customers.example',1893574800000,NULL,1,1893661200000,1795889748393,NULL);
INSERT INTO "followups" VALUES(164,'cancelled','operator','api','F-second-off',1893574800000,NULL,0,1893661200000,1795889748538,1795889749056);
CREATE TABLE grants (
	account TEXT NOT NULL, 
	worker_id BIGINT NOT NULL, 
	slots INTEGER NOT NULL, 
	in_flight INTEGER NOT NULL, 
	turns INTEGER DEFAULT '0' NOT NULL, 
	at BIGINT NOT NULL, 
	CONSTRAINT pk_grants PRIMARY KEY (account, worker_id)
);
INSERT INTO "grants" VALUES('synthflow',4,100,0,0,1795889745004);
INSERT INTO "grants" VALUES('legacy',4,0,0,0,1795889745048);
INSERT INTO "grants" VALUES('osvi',4,100,0,0,1795889745066);
CREATE TABLE joined (
	event_id BIGINT NOT NULL, 
	turn_id BIGINT NOT NULL, 
	start INTEGER NOT NULL, 
	length INTEGER NOT NULL, 
	CONSTRAINT pk_joined PRIMARY KEY (event_id)
);
INSERT INTO "joined" VALUES(129,129,0,6);
INSERT INTO "joined" VALUES(130,129,8,18);
CREATE TABLE lanes (
	id INTEGER NOT NULL, 
	account TEXT NOT NULL, 
	route TEXT NOT NULL, 
	priority SMALLINT NOT NULL, 
	backlog_id BIGINT DEFAULT '0' NOT NULL, 
	paused BOOLEAN NOT NULL, 
	CONSTRAINT pk_lanes PRIMARY KEY (id), 
	CONSTRAINT uq_lanes_account_route_priority_backlog_id UNIQUE (account, route, priority, backlog_id)
);
INSERT INTO "lanes" VALUES(1,'osvi','mail',5,0,0);
INSERT INTO "lanes" VALUES(2,'synthflow','tickets',5,0,0);
INSERT INTO "lanes" VALUES(3,'synthflow','tickets',7,0,0);
INSERT INTO "lanes" VALUES(4,'osvi','api',5,0,0);
INSERT INTO "lanes" VALUES(5,'osvi','support',5,0,0);
INSERT INTO "lanes" VALUES(6,'legacy','closed',5,0,0);
INSERT INTO "lanes" VALUES(7,'synthflow','night',5,0,0);
INSERT INTO "lanes" VALUES(8,'synthflow','hooks',5,0,0);
INSERT INTO "lanes" VALUES(9,'synthflow','hooks',7,0,0);
INSERT INTO "lanes" VALUES(10,'synthflow','shop',5,0,0);
INSERT INTO "lanes" VALUES(11,'osvi','drafts',5,0,0);
INSERT INTO "lanes" VALUES(12,'osvi','quick',5,0,0);
INSERT INTO "lanes" VALUES(13,'osvi','braked',5,0,0);
CREATE TABLE outbox (
	id INTEGER NOT NULL, 
	conversation_id BIGINT NOT NULL, 
	kind TEXT NOT NULL, 
	chat_id TEXT, 
	body TEXT NOT NULL, 
	status TEXT NOT NULL, 
	reason TEXT, 
	attempts INTEGER NOT NULL, 
	ready_at BIGINT, 
	owner BIGINT, 
	created_at BIGINT NOT NULL, 
	ended_at BIGINT, 
	CONSTRAINT pk_outbox PRIMARY KEY (id)
);
INSERT INTO "outbox" VALUES(1,23,'tell',NULL,'{"type": "conversation.handed_off", "id": "23", "key": "S-person", "route": "support", "status": "handed_off", "reason": "keyword", "detail": "speak to a person", "by": "turnwire", "at": 1795889733044, "customer": {}, "provider_chat_id": null, "waiting": 1}','done',NULL,1,NULL,NULL,1795889733049,1795889736681);
INSERT INTO "outbox" VALUES(2,26,'end','e1bd7827-0cbc-4bca-91c6-a4b6188dfd5a','{}','done',NULL,1,NULL,NULL,1795889737756,1795889738064);
INSERT INTO "outbox" VALUES(3,19,'tell',NULL,'{"type": "conversation.handed_off", "id": "19", "key": "S-first-2", "route": "support", "status": "handed_off", "reason": "operator", "detail": null, "by": "maker", "at": 1795889749775, "customer": {}, "provider_chat_id": "dae0e453-f0bc-4a85-acc4-8d4503f9104e", "waiting": 0}','queued',NULL,0,1795889749781,NULL,1795889749781,NULL);
INSERT INTO "outbox" VALUES(4,19,'hold','dae0e453-f0bc-4a85-acc4-8d4503f9104e','{}','queued',NULL,0,1795889749781,NULL,1795889749781,NULL);
CREATE TABLE outbox_attempts (
	item_id BIGINT NOT NULL, 
	number INTEGER NOT NULL, 
	owner BIGINT NOT NULL, 
	started_at BIGINT NOT NULL, 
	ended_at BIGINT, 
	outcome TEXT, 
	http_status INTEGER, 
	error TEXT, 
	CONSTRAINT pk_outbox_attempts PRIMARY KEY (item_id, number)
);
INSERT INTO "outbox_attempts" VALUES(1,1,1,1795889736288,1795889736681,'answered',204,NULL);
INSERT INTO "outbox_attempts" VALUES(2,1,1,1795889738055,1795889738063,'answered',200,NULL);
CREATE TABLE raw_bodies (
	turn_id BIGINT NOT NULL, 
	number INTEGER NOT NULL, 
	body BLOB NOT NULL, 
	CONSTRAINT pk_raw_bodies PRIMARY KEY (turn_id, number)
);
INSERT INTO "raw_bodies" VALUES(3,1,X'7B2273756363657373223A747275652C2264617461223A7B226964223A2238353437636639632D333436362D346136362D623461652D303336333832306534363536222C22636861745F6167656E745F6964223A34322C226163636F756E745F6964223A372C22637573746F6D65725F6964223A2274772D31222C226D6F6465223A226169222C2268656C705F726571756573746564223A66616C73652C22737461747573223A22616374697665222C2263757272656E745F7374617465223A6E756C6C2C226D65746164617461223A7B22696E7075745F6669656C6473223A7B22656D61696C223A22626F6240637573746F6D6572732E6578616D706C65227D2C2273746174655F6669656C6473223A7B7D2C22636F6E74657874223A5B5D7D2C226163746976655F68756D616E223A6E756C6C2C22637265617465645F6174223A22323032362D31312D32385431383A31353A33362E3837393939315A222C22757064617465645F6174223A22323032362D31312D32385431383A31353A33362E3837393939375A227D7D');
INSERT INTO "raw_bodies" VALUES(3,2,X'7B2273756363657373223A747275652C2264617461223A7B2273657373696F6E5F6964223A2238353437636639632D333436362D346136362D623461652D303336333832306534363536222C227265706C79223A225468616E6B20796F752C20746865206E657720616464726573732069732073617665642E20506C6561736520636865636B20697420696E20796F7572206163636F756E742E222C227374617465223A2264656661756C74222C226D6F6465223A226169222C2268656C705F726571756573746564223A66616C73657D7D');
INSERT INTO "raw_bodies" VALUES(6,1,X'7B2273756363657373223A747275652C2264617461223A7B226964223A2236373963313837312D303865662D346462662D613663362D376362656266303938646134222C22636861745F6167656E745F6964223A34322C226163636F756E745F6964223A372C22637573746F6D65725F6964223A2274772D32222C226D6F6465223A226169222C2268656C705F726571756573746564223A66616C73652C22737461747573223A22616374697665222C2263757272656E745F7374617465223A6E756C6C2C226D65746164617461223A7B22696E7075745F6669656C6473223A7B226E616D65223A224469222C22656D61696C223A22646940637573746F6D6572732E6578616D706C65227D2C2273746174655F6669656C6473223A7B7D2C22636F6E74657874223A5B5D7D2C226163746976655F68756D616E223A6E756C6C2C22637265617465645F6174223A22323032362D31312D32385431383A31353A33372E3036353839315A222C22757064617465645F6174223A22323032362D31312D32385431383A31353A33372E3036353839375A227D7D');
INSERT INTO "raw_bodies" VALUES(7,1,X'7B2273756363657373223A747275652C2264617461223A7B226964223A2262326333366334622D306561642D343165652D383433352D393262626162653830666237222C22636861745F6167656E745F6964223A34322C226163636F756E745F6964223A372C22637573746F6D65725F6964223A2274772D33222C226D6F6465223A226169222C2268656C705F726571756573746564223A66616C73652C22737461747573223A22616374697665222C2263757272656E745F7374617465223A6E756C6C2C226D65746164617461223A7B22696E7075745F6669656C6473223A7B226E616D65223A224379222C22656D61696C223A22637940637573746F6D6572732E6578616D706C65227D2C2273746174655F6669656C6473223A7B7D2C22636F6E74657874223A5B5D7D2C226163746976655F68756D616E223A6E756C6C2C22637265617465645F6174223A22323032362D31312D32385431383A31353A33372E3037303136395A222C22757064617465645F6174223A22323032362D31312D32385431383A31353A33372E3037303137325A227D7D');
INSERT INTO "raw_bodies" VALUES(11,1,X'7B2273756363657373223A747275652C2264617461223A7B226964223A2265313237336630352D353730372D346139642D393264352D336462356135363331633036222C22636861745F6167656E745F6964223A34322C226163636F756E745F6964223A372C22637573746F6D65725F6964223A2274772D35222C226D6F6465223A226169222C2268656C705F726571756573746564223A66616C73652C22737461747573223A22616374697665222C2263757272656E745F7374617465223A6E756C6C2C226D65746164617461223A7B22696E7075745F6669656C6473223A7B226E616D65223A224564222C22656D61696C223A22656440637573746F6D6572732E6578616D706C65227D2C2273746174655F6669656C6473223A7B7D2C22636F6E74657874223A5B5D7D2C226163746976655F68756D616E223A6E756C6C2C22637265617465645F6174223A22323032362D31312D32385431383A31353A33372E3037303438325A222C22757064617465645F6174223A22323032362D31312D32385431383A31353A33372E3037303438355A227D7D');
INSERT INTO "raw_bodies" VALUES(7,2,X'7B2273756363657373223A747275652C2264617461223A7B2273657373696F6E5F6964223A2262326333366334622D306561642D343165652D383433352D393262626162653830666237222C227265706C79223A225468616E6B20796F7520666F7220796F7572206D6573736167652E20436F756C6420796F752074656C6C206D652061206C6974746C65206D6F72653F222C227374617465223A2264656661756C74222C226D6F6465223A226169222C2268656C705F726571756573746564223A66616C73657D7D');
INSERT INTO "raw_bodies" VALUES(11,2,X'7B2273756363657373223A66616C73652C226572726F7273223A5B227265717565737420636F756C64206E6F742062652070726F636573736564225D7D');
CREATE TABLE replies (
	id INTEGER NOT NULL, 
	turn_id BIGINT NOT NULL, 
	conversation_id BIGINT NOT NULL, 
	channel TEXT NOT NULL, 
	marker TEXT NOT NULL, 
	turn_status TEXT NOT NULL, 
	turn_revision INTEGER NOT NULL, 
	turn_reason TEXT, 
	status TEXT NOT NULL, 
	reason TEXT, 
	attempts INTEGER NOT NULL, 
	delays INTEGER DEFAULT '0' NOT NULL, 
	failed_since BIGINT, 
	insisted BOOLEAN DEFAULT false NOT NULL, 
	ready_at BIGINT, 
	owner BIGINT, 
	created_at BIGINT NOT NULL, 
	delivered_at BIGINT, 
	CONSTRAINT pk_replies PRIMARY KEY (id), 
	CONSTRAINT uq_replies_turn_id_turn_revision_channel UNIQUE (turn_id, turn_revision, channel)
);
INSERT INTO "replies" VALUES(1,60,38,'celery','tw_60_3','answered',3,NULL,'delivered',NULL,1,0,NULL,0,NULL,NULL,1795889737081,1795889737420);
INSERT INTO "replies" VALUES(2,39,18,'webhook','tw_39_3','answered',3,NULL,'delivered',NULL,1,0,NULL,0,NULL,NULL,1795889737134,1795889737420);
INSERT INTO "replies" VALUES(3,61,39,'celery','tw_61_3','answered',3,NULL,'delivered',NULL,1,0,NULL,0,NULL,NULL,1795889737403,1795889737518);
INSERT INTO "replies" VALUES(4,40,19,'webhook','tw_40_3','answered',3,NULL,'delivered',NULL,1,0,NULL,0,NULL,NULL,1795889737440,1795889737518);
INSERT INTO "replies" VALUES(5,43,22,'webhook','tw_43_3','answered',3,NULL,'failed','refused',1,0,1795889737518,0,NULL,NULL,1795889737440,NULL);
INSERT INTO "replies" VALUES(6,80,46,'webhook','tw_80_3','answered',3,NULL,'queued','lost',2,2,1795889742419,0,1795889749794,NULL,1795889742354,NULL);
INSERT INTO "replies" VALUES(7,81,47,'webhook','tw_81_3','answered',3,NULL,'queued','lost',2,2,1795889742419,0,1795889749794,NULL,1795889742354,NULL);
INSERT INTO "replies" VALUES(8,82,48,'webhook','tw_82_3','answered',3,NULL,'cancelled','overtaken',1,1,1795889742419,0,NULL,NULL,1795889742354,NULL);
INSERT INTO "replies" VALUES(9,84,50,'celery','tw_84_3','answered',3,NULL,'queued','not_sent',2,2,1795889742419,0,1795889749794,NULL,1795889742354,NULL);
INSERT INTO "replies" VALUES(10,85,51,'celery','tw_85_3','answered',3,NULL,'queued','not_sent',2,2,1795889742419,0,1795889749794,NULL,1795889742354,NULL);
INSERT INTO "replies" VALUES(11,83,49,'webhook','tw_83_3','answered',3,NULL,'draft','overtaken',1,1,1795889742419,0,NULL,NULL,1795889742364,NULL);
INSERT INTO "replies" VALUES(12,86,48,'webhook','tw_86_3','answered',3,NULL,'queued','lost',1,1,1795889742603,0,1795889749794,NULL,1795889742525,NULL);
INSERT INTO "replies" VALUES(13,87,49,'webhook','tw_87_3','answered',3,NULL,'queued','lost',1,1,1795889742603,0,1795889749794,NULL,1795889742525,NULL);
CREATE TABLE reply_attempts (
	reply_id BIGINT NOT NULL, 
	number INTEGER NOT NULL, 
	owner BIGINT NOT NULL, 
	started_at BIGINT NOT NULL, 
	ended_at BIGINT, 
	outcome TEXT, 
	http_status INTEGER, 
	error TEXT, 
	CONSTRAINT pk_reply_attempts PRIMARY KEY (reply_id, number)
);
INSERT INTO "reply_attempts" VALUES(1,1,1,1795889737360,1795889737413,'answered',NULL,NULL);
INSERT INTO "reply_attempts" VALUES(2,1,1,1795889737360,1795889737413,'answered',204,NULL);
INSERT INTO "reply_attempts" VALUES(3,1,1,1795889737455,1795889737516,'answered',NULL,NULL);
INSERT INTO "reply_attempts" VALUES(4,1,1,1795889737455,1795889737517,'answered',204,NULL);
INSERT INTO "reply_attempts" VALUES(5,1,1,1795889737455,1795889737517,'refused',400,'the webhook''s receiver answered 400');
INSERT INTO "reply_attempts" VALUES(6,1,3,1795889742382,1795889742411,'lost',NULL,'the server closed the connection without answering');
INSERT INTO "reply_attempts" VALUES(7,1,3,1795889742382,1795889742410,'lost',NULL,'the server closed the connection without answering');
INSERT INTO "reply_attempts" VALUES(8,1,3,1795889742382,1795889742410,'lost',NULL,'the server closed the connection without answering');
INSERT INTO "reply_attempts" VALUES(9,1,3,1795889742382,1795889742410,'not_sent',NULL,'this process has no broker');
INSERT INTO "reply_attempts" VALUES(10,1,3,1795889742382,1795889742410,'not_sent',NULL,'this process has no broker');
INSERT INTO "reply_attempts" VALUES(11,1,3,1795889742382,1795889742410,'lost',NULL,'the server closed the connection without answering');
INSERT INTO "reply_attempts" VALUES(6,2,3,1795889742492,1795889742533,'lost',NULL,'the server closed the connection without answering');
INSERT INTO "reply_attempts" VALUES(7,2,3,1795889742492,1795889742534,'lost',NULL,'the server closed the connection without answering');
INSERT INTO "reply_attempts" VALUES(9,2,3,1795889742492,1795889742528,'not_sent',NULL,'this process has no broker');
INSERT INTO "reply_attempts" VALUES(10,2,3,1795889742492,1795889742528,'not_sent',NULL,'this process has no broker');
INSERT INTO "reply_attempts" VALUES(12,1,3,1795889742585,1795889742599,'lost',NULL,'the server closed the connection without answering');
INSERT INTO "reply_attempts" VALUES(13,1,3,1795889742585,1795889742599,'lost',NULL,'the server closed the connection without answering');
CREATE TABLE routes (
	name TEXT NOT NULL, 
	paused BOOLEAN NOT NULL, 
	reason TEXT, 
	detail TEXT, 
	agent TEXT, 
	changed_at BIGINT NOT NULL, 
	CONSTRAINT pk_routes PRIMARY KEY (name)
);
INSERT INTO "routes" VALUES('night',1,'operator','the agent is being trained',NULL,1795889730606);
INSERT INTO "routes" VALUES('tickets',0,NULL,NULL,'893195c1-c640-438b-9761-2e5357b01cb8',1795889736935);
INSERT INTO "routes" VALUES('hooks',0,NULL,NULL,'893195c1-c640-438b-9761-2e5357b01cb8',1795889736942);
INSERT INTO "routes" VALUES('mail',0,NULL,NULL,'agent_abc',1795889736971);
INSERT INTO "routes" VALUES('api',0,NULL,NULL,'agent_abc',1795889736993);
INSERT INTO "routes" VALUES('shop',0,NULL,NULL,'893195c1-c640-438b-9761-2e5357b01cb8',1795889737004);
INSERT INTO "routes" VALUES('support',0,NULL,NULL,'agent_abc',1795889737007);
INSERT INTO "routes" VALUES('drafts',0,NULL,NULL,'agent_abc',1795889742306);
CREATE TABLE schedule (
	conversation_id BIGINT NOT NULL, 
	lane BIGINT NOT NULL, 
	ready_at BIGINT, 
	owner BIGINT, 
	head INTEGER NOT NULL, 
	tail INTEGER NOT NULL, 
	claims INTEGER NOT NULL, 
	held TEXT, 
	CONSTRAINT pk_schedule PRIMARY KEY (conversation_id)
);
INSERT INTO "schedule" VALUES(1,1,NULL,NULL,2,1,0,NULL);
INSERT INTO "schedule" VALUES(2,1,NULL,NULL,1,2,0,'unknown');
INSERT INTO "schedule" VALUES(3,1,NULL,NULL,2,1,0,NULL);
INSERT INTO "schedule" VALUES(4,1,NULL,NULL,1,2,0,'handed_off');
INSERT INTO "schedule" VALUES(5,1,NULL,NULL,2,1,0,NULL);
INSERT INTO "schedule" VALUES(6,1,NULL,NULL,2,1,0,NULL);
INSERT INTO "schedule" VALUES(7,1,NULL,NULL,3,2,0,NULL);
INSERT INTO "schedule" VALUES(8,1,NULL,NULL,2,1,0,NULL);
INSERT INTO "schedule" VALUES(9,1,NULL,NULL,2,1,0,NULL);
INSERT INTO "schedule" VALUES(10,1,NULL,NULL,2,1,0,NULL);
INSERT INTO "schedule" VALUES(11,2,NULL,NULL,2,1,0,NULL);
INSERT INTO "schedule" VALUES(12,2,NULL,NULL,2,1,0,NULL);
INSERT INTO "schedule" VALUES(13,2,NULL,NULL,3,2,0,NULL);
INSERT INTO "schedule" VALUES(14,3,NULL,NULL,3,2,0,NULL);
INSERT INTO "schedule" VALUES(15,4,NULL,NULL,2,1,0,NULL);
INSERT INTO "schedule" VALUES(16,4,NULL,NULL,3,2,0,NULL);
INSERT INTO "schedule" VALUES(17,4,NULL,NULL,3,2,0,NULL);
INSERT INTO "schedule" VALUES(18,5,NULL,NULL,2,1,0,NULL);
INSERT INTO "schedule" VALUES(19,5,NULL,NULL,2,1,0,'handed_off');
INSERT INTO "schedule" VALUES(20,6,1795889732643,NULL,1,1,0,NULL);
INSERT INTO "schedule" VALUES(21,7,1795889732945,NULL,1,1,0,NULL);
INSERT INTO "schedule" VALUES(22,5,NULL,NULL,2,1,0,NULL);
INSERT INTO "schedule" VALUES(23,5,NULL,NULL,1,2,0,'handed_off');
INSERT INTO "schedule" VALUES(24,4,NULL,NULL,1,2,0,'unknown');
INSERT INTO "schedule" VALUES(25,4,NULL,NULL,2,1,0,NULL);
INSERT INTO "schedule" VALUES(26,4,NULL,NULL,2,1,0,'closed');
INSERT INTO "schedule" VALUES(27,2,NULL,NULL,2,1,0,NULL);
INSERT INTO "schedule" VALUES(28,8,NULL,NULL,2,1,0,NULL);
INSERT INTO "schedule" VALUES(29,8,NULL,NULL,3,2,0,NULL);
INSERT INTO "schedule" VALUES(30,8,NULL,NULL,2,1,0,NULL);
INSERT INTO "schedule" VALUES(31,8,NULL,NULL,3,2,0,NULL);
INSERT INTO "schedule" VALUES(32,8,NULL,NULL,2,1,0,NULL);
INSERT INTO "schedule" VALUES(33,8,NULL,NULL,2,1,0,NULL);
INSERT INTO "schedule" VALUES(34,9,NULL,NULL,2,1,0,NULL);
INSERT INTO "schedule" VALUES(35,8,NULL,NULL,2,1,0,NULL);
INSERT INTO "schedule" VALUES(36,8,NULL,NULL,2,1,0,NULL);
INSERT INTO "schedule" VALUES(37,4,NULL,NULL,2,1,0,NULL);
INSERT INTO "schedule" VALUES(38,10,NULL,NULL,2,1,0,NULL);
INSERT INTO "schedule" VALUES(39,10,NULL,NULL,2,1,0,NULL);
INSERT INTO "schedule" VALUES(40,4,NULL,NULL,3,2,0,NULL);
INSERT INTO "schedule" VALUES(41,4,NULL,NULL,3,2,0,NULL);
INSERT INTO "schedule" VALUES(42,4,NULL,NULL,2,1,0,NULL);
INSERT INTO "schedule" VALUES(43,4,NULL,NULL,3,2,0,NULL);
INSERT INTO "schedule" VALUES(44,4,NULL,NULL,2,1,0,NULL);
INSERT INTO "schedule" VALUES(45,4,NULL,NULL,1,1,0,'unknown');
INSERT INTO "schedule" VALUES(46,5,NULL,NULL,2,1,0,NULL);
INSERT INTO "schedule" VALUES(47,5,NULL,NULL,2,1,0,NULL);
INSERT INTO "schedule" VALUES(48,5,NULL,NULL,3,2,0,NULL);
INSERT INTO "schedule" VALUES(49,11,NULL,NULL,3,2,0,NULL);
INSERT INTO "schedule" VALUES(50,10,NULL,NULL,2,1,0,NULL);
INSERT INTO "schedule" VALUES(51,10,NULL,NULL,2,1,0,NULL);
INSERT INTO "schedule" VALUES(52,4,NULL,4,1,1,1,NULL);
INSERT INTO "schedule" VALUES(53,1,1795889745372,NULL,1,1,0,NULL);
INSERT INTO "schedule" VALUES(54,1,1795889745372,NULL,1,1,0,NULL);
INSERT INTO "schedule" VALUES(55,1,1795889745372,NULL,1,1,0,NULL);
INSERT INTO "schedule" VALUES(56,1,1795889745372,NULL,1,2,0,NULL);
INSERT INTO "schedule" VALUES(57,1,1795889745395,NULL,1,1,0,NULL);
INSERT INTO "schedule" VALUES(58,1,1795889745404,NULL,1,1,0,NULL);
INSERT INTO "schedule" VALUES(59,1,1795889745404,NULL,1,1,0,NULL);
INSERT INTO "schedule" VALUES(60,2,1795889745689,NULL,1,1,0,NULL);
INSERT INTO "schedule" VALUES(61,2,1795889745689,NULL,1,1,0,NULL);
INSERT INTO "schedule" VALUES(62,2,1795889745705,NULL,1,2,0,NULL);
INSERT INTO "schedule" VALUES(63,3,1795889746090,NULL,1,2,0,NULL);
INSERT INTO "schedule" VALUES(64,4,1795889746214,NULL,1,1,0,NULL);
INSERT INTO "schedule" VALUES(65,4,NULL,NULL,1,2,0,'handed_off');
INSERT INTO "schedule" VALUES(66,4,1795889746462,NULL,1,2,0,NULL);
INSERT INTO "schedule" VALUES(67,5,1795889746568,NULL,1,1,0,NULL);
INSERT INTO "schedule" VALUES(68,5,1795889746592,NULL,1,1,0,NULL);
INSERT INTO "schedule" VALUES(69,6,1795889746613,NULL,1,1,0,NULL);
INSERT INTO "schedule" VALUES(70,7,1795889746635,NULL,1,1,0,NULL);
INSERT INTO "schedule" VALUES(71,4,NULL,NULL,1,1,0,NULL);
INSERT INTO "schedule" VALUES(72,12,1795893346893,NULL,1,1,0,NULL);
INSERT INTO "schedule" VALUES(73,13,NULL,NULL,1,3,0,'handed_off');
INSERT INTO "schedule" VALUES(74,2,1795889747078,NULL,1,1,0,NULL);
INSERT INTO "schedule" VALUES(75,8,1795889747120,NULL,1,1,0,NULL);
INSERT INTO "schedule" VALUES(76,8,1795889747154,NULL,1,2,0,NULL);
INSERT INTO "schedule" VALUES(77,8,1795889747195,NULL,1,1,0,NULL);
INSERT INTO "schedule" VALUES(78,8,1795889747222,NULL,1,2,0,NULL);
INSERT INTO "schedule" VALUES(79,8,1795889747278,NULL,1,1,0,NULL);
INSERT INTO "schedule" VALUES(80,8,1795889747307,NULL,1,1,0,NULL);
INSERT INTO "schedule" VALUES(81,9,1795889747351,NULL,1,1,0,NULL);
INSERT INTO "schedule" VALUES(82,8,1795889747371,NULL,1,1,0,NULL);
INSERT INTO "schedule" VALUES(83,8,1795889747393,NULL,1,1,0,NULL);
INSERT INTO "schedule" VALUES(84,4,1795889747484,NULL,1,1,0,NULL);
INSERT INTO "schedule" VALUES(85,10,1795889747484,NULL,1,1,0,NULL);
INSERT INTO "schedule" VALUES(86,10,1795889747484,NULL,1,1,0,NULL);
INSERT INTO "schedule" VALUES(87,4,1795889747560,NULL,1,2,0,NULL);
INSERT INTO "schedule" VALUES(88,4,1795889747560,NULL,1,2,0,NULL);
INSERT INTO "schedule" VALUES(89,4,1795889747560,NULL,1,1,0,NULL);
INSERT INTO "schedule" VALUES(90,4,1795889747650,NULL,1,2,0,NULL);
INSERT INTO "schedule" VALUES(91,4,1795889747857,NULL,1,1,0,NULL);
CREATE TABLE ticks (
	name TEXT NOT NULL, 
	at BIGINT NOT NULL, 
	CONSTRAINT pk_ticks PRIMARY KEY (name)
);
INSERT INTO "ticks" VALUES('tick',1795889744895);
CREATE TABLE tokens (
	id INTEGER NOT NULL, 
	name TEXT NOT NULL, 
	hash TEXT NOT NULL, 
	routes TEXT NOT NULL, 
	source TEXT NOT NULL, 
	created_at BIGINT NOT NULL, 
	revoked_at BIGINT, 
	used_on INTEGER, 
	CONSTRAINT pk_tokens PRIMARY KEY (id), 
	CONSTRAINT uq_tokens_hash UNIQUE (hash)
);
INSERT INTO "tokens" VALUES(1,'crm','8acf5b8dabcede7034afa87b8860dd16d25a3eda118c0b9f1463e725fac15a6b','["api", "braked", "closed", "drafts", "hooks", "mail", "night", "quick", "shop", "support", "tickets"]','crm',1795889729493,NULL,20785);
INSERT INTO "tokens" VALUES(2,'loader','c2f2ab469322870fcab2e4c9747a7556f63cf33fb3e3fcd5a1da9dca4a63ae92','["tickets"]','csv:tickets',1795889729654,NULL,20785);
INSERT INTO "tokens" VALUES(3,'old','d52a46e80e6edf26dd0ba25d7326a498f7975b38f8b4960d2eb25944a72196ab','["api"]','old',1795889730015,1795889730179,NULL);
CREATE TABLE trouble (
	turn_id BIGINT NOT NULL, 
	conversation_id BIGINT NOT NULL, 
	kind TEXT NOT NULL, 
	since BIGINT NOT NULL, 
	CONSTRAINT pk_trouble PRIMARY KEY (turn_id)
);
INSERT INTO "trouble" VALUES(11,5,'failed',1795889737392);
INSERT INTO "trouble" VALUES(6,2,'unknown',1795889737392);
INSERT INTO "trouble" VALUES(46,25,'failed',1795889737436);
INSERT INTO "trouble" VALUES(45,24,'unknown',1795889737436);
INSERT INTO "trouble" VALUES(79,45,'unknown',1795889741753);
CREATE TABLE turns (
	id BIGINT NOT NULL, 
	conversation_id BIGINT NOT NULL, 
	position INTEGER NOT NULL, 
	status TEXT NOT NULL, 
	reason TEXT, 
	text TEXT NOT NULL, 
	answer TEXT, 
	agent_state TEXT, 
	provider_chat_id TEXT, 
	provider_turn INTEGER, 
	attempts INTEGER NOT NULL, 
	last_send INTEGER, 
	tries INTEGER NOT NULL, 
	delays INTEGER NOT NULL, 
	revision INTEGER NOT NULL, 
	settled_by TEXT, 
	priority SMALLINT NOT NULL, 
	backlog_id BIGINT, 
	followup_id BIGINT, 
	counted BOOLEAN DEFAULT false NOT NULL, 
	accepted_at BIGINT NOT NULL, 
	due_at BIGINT NOT NULL, 
	open_until BIGINT, 
	tried_since BIGINT, 
	sent_at BIGINT, 
	ended_at BIGINT, 
	CONSTRAINT pk_turns PRIMARY KEY (id), 
	CONSTRAINT uq_turns_conversation_id_position UNIQUE (conversation_id, position)
);
INSERT INTO "turns" VALUES(15,7,1,'answered',NULL,'Where is my parcel? (first, first mail of a thread)','The parcel is with the carrier and should arrive within two working days.','default','d283d5b7-6140-48c7-a906-49620c88ad33',NULL,2,2,1,0,3,NULL,5,NULL,NULL,0,1795889730916,1795889730916,NULL,1795889737053,1795889737095,1795889737382);
INSERT INTO "turns" VALUES(14,7,2,'answered',NULL,'It is still not here. (first, second mail of the thread)','Thank you for your message. Could you tell me a little more?','default','d283d5b7-6140-48c7-a906-49620c88ad33',NULL,1,1,1,0,3,NULL,5,NULL,NULL,0,1795889730916,1795889730916,NULL,1795889737481,1795889737481,1795889737512);
INSERT INTO "turns" VALUES(13,6,1,'answered',NULL,'Please send the invoice again. (first, a mail without an id)','I have sent the invoice to your mail address again.','default','119d463b-baf2-4299-853a-e5c880eb94df',NULL,2,2,1,0,3,NULL,5,NULL,NULL,0,1795889730916,1795889730916,NULL,1795889737053,1795889737095,1795889737382);
INSERT INTO "turns" VALUES(3,1,1,'answered',NULL,'My new address is Mill Lane 4. (first, in HTML)','Thank you, the new address is saved. Please check it in your account.','default','8547cf9c-3466-4a66-b4ae-0363820e4656',NULL,2,2,1,0,3,NULL,5,NULL,NULL,0,1795889730916,1795889730916,NULL,1795889736700,1795889737012,1795889737077);
INSERT INTO "turns" VALUES(7,3,1,'answered',NULL,'This answers a mail you sent. (first)','Thank you for your message. Could you tell me a little more?','default','b2c36c4b-0ead-41ee-8435-92bbabe80fb7',NULL,2,2,1,0,3,NULL,5,NULL,NULL,0,1795889730916,1795889730916,NULL,1795889737053,1795889737095,1795889737382);
INSERT INTO "turns" VALUES(6,2,1,'unknown','lost','The answer to this one is lost. [lost]',NULL,NULL,'679c1871-08ef-4dbf-a6c6-7cbebf098da4',NULL,2,2,1,0,3,NULL,5,NULL,NULL,0,1795889730916,1795889730916,NULL,1795889737053,1795889737095,NULL);
INSERT INTO "turns" VALUES(5,2,2,'queued',NULL,'This one waits behind the lost one.',NULL,NULL,NULL,NULL,0,NULL,0,0,1,NULL,5,NULL,NULL,0,1795889730916,1795889730916,NULL,NULL,NULL,NULL);
INSERT INTO "turns" VALUES(11,5,1,'failed','refused','The provider refuses this one. [refused]',NULL,NULL,'e1273f05-5707-4a9d-92d5-3db5a5631c06',NULL,2,2,1,0,3,NULL,5,NULL,NULL,0,1795889730916,1795889730916,NULL,1795889737053,1795889737095,1795889737382);
INSERT INTO "turns" VALUES(10,4,1,'queued',NULL,'I want to speak to a person.',NULL,NULL,NULL,NULL,0,NULL,0,0,1,NULL,5,NULL,NULL,0,1795889730916,1795889730916,NULL,NULL,NULL,NULL);
INSERT INTO "turns" VALUES(9,4,2,'queued',NULL,'Is anybody there?',NULL,NULL,NULL,NULL,0,NULL,0,0,1,NULL,5,NULL,NULL,0,1795889730916,1795889730916,NULL,NULL,NULL,NULL);
INSERT INTO "turns" VALUES(16,8,1,'answered',NULL,'I cannot sign in. (first, one mail in a file)','I have sent you a link to set a new password. It is valid for one hour.','default','32fb8245-28b1-4325-a8bf-bfb220d804c0',NULL,2,2,1,0,3,NULL,5,NULL,NULL,0,1795889730939,1795889730939,NULL,1795889737053,1795889737095,1795889737382);
INSERT INTO "turns" VALUES(17,10,1,'answered',NULL,'I want a refund. (first, new in a Maildir)','Your refund is under way. It reaches your account within five working days.','default','4daba5b1-798d-49d5-bed2-7990e15aaf50',NULL,2,2,1,0,3,NULL,5,NULL,NULL,0,1795889730961,1795889730961,NULL,1795889737053,1795889737363,1795889737434);
INSERT INTO "turns" VALUES(18,9,1,'answered',NULL,'The lamp is damaged. (first, seen in a Maildir)','I am sorry about the damage. A replacement leaves our warehouse tomorrow.','default','ff0f70a9-fc9f-4603-9009-9a2d9db0fd29',NULL,2,2,1,0,3,NULL,5,NULL,NULL,0,1795889730961,1795889730961,NULL,1795889737053,1795889737095,1795889737382);
INSERT INTO "turns" VALUES(21,12,1,'answered',NULL,'A number  with a point and two spaces (first).','Thank you for your message. Could you tell me a little more?','main_state','a3371f48-dda1-5877-a696-6666cf4557e4',3,2,2,1,0,3,NULL,5,NULL,NULL,0,1795889731358,1795889731358,NULL,1795889736984,1795889737095,1795889737382);
INSERT INTO "turns" VALUES(22,11,1,'answered',NULL,'A row without an id (first).','Obrigado pela sua mensagem. Pode contar-me um pouco mais?','main_state','a5d1aab2-30c0-59f7-9e87-e7084f15d118',3,2,2,1,0,3,NULL,5,NULL,NULL,0,1795889731358,1795889731358,NULL,1795889736984,1795889737095,1795889737382);
INSERT INTO "turns" VALUES(24,13,1,'answered',NULL,'Where is ticket 1001?','Thank you for your message. Could you tell me a little more?','main_state','5ea18f1f-62cd-50d0-9c71-ead5e1f11283',3,2,2,1,0,3,NULL,5,NULL,NULL,0,1795889731398,1795889731398,NULL,1795889736984,1795889737095,1795889737382);
INSERT INTO "turns" VALUES(25,13,2,'answered',NULL,'Thank you (1001).','You are welcome. Is there anything else I can do for you?','main_state','5ea18f1f-62cd-50d0-9c71-ead5e1f11283',5,1,1,1,0,3,NULL,5,NULL,NULL,0,1795889731398,1795889731398,NULL,1795889737481,1795889737481,1795889737512);
INSERT INTO "turns" VALUES(29,14,1,'answered',NULL,'A line of a file (first).','Obrigado pela sua mensagem. Pode contar-me um pouco mais?','main_state','b0c1e94e-924f-51cb-880f-0db5b91c57af',3,2,2,1,0,3,NULL,5,NULL,NULL,0,1795889731833,1795889731833,NULL,1795889736700,1795889736979,1795889737040);
INSERT INTO "turns" VALUES(30,14,2,'answered',NULL,'Its next line (first).','Thank you for your message. Could you tell me a little more?','main_state','b0c1e94e-924f-51cb-880f-0db5b91c57af',5,1,1,1,0,3,NULL,7,NULL,NULL,0,1795889731833,1795889731833,NULL,1795889737363,1795889737363,1795889737434);
INSERT INTO "turns" VALUES(33,15,1,'answered',NULL,'A question over HTTP (first).','Obrigado pela sua mensagem. Pode contar-me um pouco mais?','default','36483cad-6f6b-41d5-8f07-2c82636d1c3d',NULL,2,2,1,0,3,NULL,5,NULL,NULL,1,1795889732026,1795889732026,NULL,1795889736700,1795889737012,1795889737077);
INSERT INTO "turns" VALUES(35,16,1,'answered',NULL,'The first of a batch (first).','Thank you for your message. Could you tell me a little more?','default','ed04ca5d-3196-4e54-a1ea-9cffc3d15889',NULL,2,2,1,0,3,NULL,5,NULL,NULL,1,1795889732247,1795889732247,NULL,1795889737053,1795889737363,1795889737434);
INSERT INTO "turns" VALUES(36,16,2,'answered',NULL,'The second of a batch (first).','Thank you for your message. Could you tell me a little more?','default','ed04ca5d-3196-4e54-a1ea-9cffc3d15889',NULL,1,1,1,0,3,NULL,5,NULL,NULL,1,1795889732247,1795889732247,NULL,1795889737481,1795889737481,1795889737512);
INSERT INTO "turns" VALUES(37,17,1,'answered',NULL,'A CloudEvent, structured (first).','Obrigado pela sua mensagem. Pode contar-me um pouco mais?','default','817500d0-3d08-431d-a4a0-dc3e307b265b',NULL,2,2,1,0,3,NULL,5,NULL,NULL,1,1795889732347,1795889732347,NULL,1795889737053,1795889737363,1795889737434);
INSERT INTO "turns" VALUES(38,17,2,'answered',NULL,'A CloudEvent, binary (first).','Obrigado pela sua mensagem. Pode contar-me um pouco mais?','default','817500d0-3d08-431d-a4a0-dc3e307b265b',NULL,1,1,1,0,3,NULL,5,NULL,NULL,1,1795889732367,1795889732367,NULL,1795889737481,1795889737481,1795889737512);
INSERT INTO "turns" VALUES(39,18,1,'answered',NULL,'Answer me by webhook (first).','Thank you for your message. Could you tell me a little more?','default','f01301c1-198b-4984-b100-c1e861c4e528',NULL,2,2,1,0,3,NULL,5,NULL,NULL,1,1795889732429,1795889732429,NULL,1795889736700,1795889737058,1795889737129);
INSERT INTO "turns" VALUES(40,19,1,'answered',NULL,'Answer this one by webhook too (first).','Thank you for your message. Could you tell me a little more?','default','dae0e453-f0bc-4a85-acc4-8d4503f9104e',NULL,2,2,1,0,3,NULL,5,NULL,NULL,1,1795889732578,1795889732578,NULL,1795889737083,1795889737363,1795889737434);
INSERT INTO "turns" VALUES(41,20,1,'queued',NULL,'For an account that is closed (first).',NULL,NULL,NULL,NULL,0,NULL,0,0,1,NULL,5,NULL,NULL,1,1795889732651,1795889732651,NULL,NULL,NULL,NULL);
INSERT INTO "turns" VALUES(42,21,1,'queued',NULL,'For a route that is paused (first).',NULL,NULL,NULL,NULL,0,NULL,0,0,1,NULL,5,NULL,NULL,1,1795889732947,1795889732947,NULL,NULL,NULL,NULL);
INSERT INTO "turns" VALUES(43,22,1,'answered',NULL,'The webhook of this one is refused.','Thank you for your message. Could you tell me a little more?','default','32fd4971-0ed1-437c-80cb-64a0910b0786',NULL,2,2,1,0,3,NULL,5,NULL,NULL,1,1795889732988,1795889732988,NULL,1795889737083,1795889737363,1795889737434);
INSERT INTO "turns" VALUES(44,23,1,'queued',NULL,'I want to speak to a person, please.',NULL,NULL,NULL,NULL,0,NULL,0,0,1,NULL,5,NULL,NULL,1,1795889733043,1795889733043,NULL,NULL,NULL,NULL);
INSERT INTO "turns" VALUES(45,24,1,'unknown','lost','The answer to this one is lost too. [lost]',NULL,NULL,'fe989675-978a-4e37-a2b8-20e52c3af2dd',NULL,2,2,1,0,3,NULL,5,NULL,NULL,1,1795889733079,1795889733079,NULL,1795889737053,1795889737363,NULL);
INSERT INTO "turns" VALUES(46,25,1,'failed','refused','Refused by the provider. [refused]',NULL,NULL,'d29d0df6-12cb-4e0c-8125-1a0ac4f0027d',NULL,2,2,1,0,3,NULL,5,NULL,NULL,1,1795889733153,1795889733153,NULL,1795889737083,1795889737363,1795889737434);
INSERT INTO "turns" VALUES(47,26,1,'answered',NULL,'A conversation that is closed afterwards.','Thank you for your message. Could you tell me a little more?','default','e1bd7827-0cbc-4bca-91c6-a4b6188dfd5a',NULL,2,2,1,0,3,NULL,5,NULL,NULL,1,1795889733202,1795889733202,NULL,1795889737083,1795889737363,1795889737434);
INSERT INTO "turns" VALUES(48,27,1,'answered',NULL,'Over HTTP, under the source of a file (first).','Thank you for your message. Could you tell me a little more?','main_state','5400bee0-f47e-5438-8762-4e454a70c956',3,2,2,1,0,3,NULL,5,NULL,NULL,1,1795889733286,1795889733286,NULL,1795889736984,1795889737095,1795889737382);
INSERT INTO "turns" VALUES(49,28,1,'answered',NULL,'Grüße, 你好: where is my parcel?','The parcel is with the carrier and should arrive within two working days.','main_state','93cb5266-781a-5d6f-8e28-4797211a81f0',3,2,2,1,0,3,NULL,5,NULL,NULL,1,1795889733318,1795889733318,NULL,1795889736984,1795889737095,1795889737382);
INSERT INTO "turns" VALUES(50,29,1,'answered',NULL,'Grüße, 你好: where is my parcel?','The parcel is with the carrier and should arrive within two working days.','main_state','5b25e136-aed7-5f81-990a-51ca3b5d66d3',3,2,2,1,0,3,NULL,5,NULL,NULL,1,1795889733353,1795889733353,NULL,1795889736984,1795889737095,1795889737382);
INSERT INTO "turns" VALUES(51,29,2,'answered',NULL,'Grüße, 你好: where is my parcel?','The parcel is with the carrier and should arrive within two working days.','main_state','5b25e136-aed7-5f81-990a-51ca3b5d66d3',5,1,1,1,0,3,NULL,5,NULL,NULL,1,1795889733388,1795889733388,NULL,1795889737530,1795889737530,1795889737538);
INSERT INTO "turns" VALUES(52,30,1,'answered',NULL,'Grüße, 你好: where is my parcel?','The parcel is with the carrier and should arrive within two working days.','main_state','2cf69924-aefd-5f1d-99d9-780211b20a6c',3,2,2,1,0,3,NULL,5,NULL,NULL,1,1795889733420,1795889733420,NULL,1795889736984,1795889737095,1795889737382);
INSERT INTO "turns" VALUES(53,31,1,'answered',NULL,'Message m-1 in thread 901: Grüße, 你好: where is my parcel?','The parcel is with the carrier and should arrive within two working days.','main_state','de594f58-0363-5e3d-b18c-d5e23ee6eabf',3,2,2,1,0,3,NULL,5,NULL,NULL,1,1795889733457,1795889733457,NULL,1795889736984,1795889737095,1795889737382);
INSERT INTO "turns" VALUES(54,31,2,'answered',NULL,'Message m-1 in thread 901: Grüße, 你好: where is my parcel?','The parcel is with the carrier and should arrive within two working days.','main_state','de594f58-0363-5e3d-b18c-d5e23ee6eabf',5,1,1,1,0,3,NULL,5,NULL,NULL,1,1795889733511,1795889733511,NULL,1795889737548,1795889737548,1795889737553);
INSERT INTO "turns" VALUES(55,32,1,'answered',NULL,'Edited afterwards','Thank you for your message. Could you tell me a little more?','main_state','a58c2528-dc28-5229-8237-ca7d05ab331b',3,2,2,1,0,3,NULL,5,NULL,NULL,1,1795889733607,1795889733607,NULL,1795889736984,1795889737095,1795889737382);
INSERT INTO "turns" VALUES(56,33,1,'answered',NULL,'Grüße, 你好: where is my parcel?','The parcel is with the carrier and should arrive within two working days.','main_state','5066d98b-9dc6-5ede-a003-2ae47c59c245',3,2,2,1,0,3,NULL,5,NULL,NULL,1,1795889733675,1795889733675,NULL,1795889736984,1795889737095,1795889737382);
INSERT INTO "turns" VALUES(57,34,1,'answered',NULL,'Grüße, 你好: where is my parcel?','The parcel is with the carrier and should arrive within two working days.','main_state','15e6146e-12ef-510e-b066-85b61c026cda',3,2,2,1,0,3,NULL,7,NULL,NULL,1,1795889733713,1795889733713,NULL,1795889736700,1795889736979,1795889737040);
INSERT INTO "turns" VALUES(58,35,1,'answered',NULL,'Grüße, 你好: where is my parcel?','The parcel is with the carrier and should arrive within two working days.','main_state','71e796c6-2dfc-5902-82e7-df2d30318507',3,2,2,1,0,3,NULL,5,NULL,NULL,1,1795889733765,1795889733765,NULL,1795889736984,1795889737095,1795889737382);
INSERT INTO "turns" VALUES(59,36,1,'answered',NULL,'Grüße, 你好: where is my parcel?','The parcel is with the carrier and should arrive within two working days.','main_state','c916447b-24ed-53ff-b1a0-3381c4fe3a69',3,2,2,1,0,3,NULL,5,NULL,NULL,1,1795889733838,1795889733838,NULL,1795889736984,1795889737095,1795889737382);
INSERT INTO "turns" VALUES(63,37,1,'answered',NULL,'By Celery (first).','Thank you for your message. Could you tell me a little more?','default','4ed5566c-bf07-4717-a064-062edf22134a',NULL,2,2,1,0,3,NULL,5,NULL,NULL,1,1795889733927,1795889733927,NULL,1795889737083,1795889737363,1795889737434);
INSERT INTO "turns" VALUES(60,38,1,'answered',NULL,'Call my task back (first, 1).','Thank you for your message. Could you tell me a little more?','main_state','22713bb2-b3b2-5fc7-a73a-ea20484cd2c1',3,2,2,1,0,3,NULL,5,NULL,NULL,1,1795889733927,1795889733927,NULL,1795889736700,1795889737058,1795889737077);
INSERT INTO "turns" VALUES(61,39,1,'answered',NULL,'Call my task back (first, 2).','Thank you for your message. Could you tell me a little more?','main_state','40b24f9f-274e-5f75-a091-68ccfe9f42d7',3,2,2,1,0,3,NULL,5,NULL,NULL,1,1795889733927,1795889733927,NULL,1795889737053,1795889737095,1795889737382);
INSERT INTO "turns" VALUES(65,40,1,'answered',NULL,'By AMQP (first).','Thank you for your message. Could you tell me a little more?','default','ac98b844-a7ec-4ebe-9371-b28f036eabac',NULL,2,2,1,0,3,NULL,5,NULL,NULL,1,1795889734129,1795889734129,NULL,1795889737083,1795889737363,1795889737434);
INSERT INTO "turns" VALUES(66,40,2,'answered',NULL,'By AMQP, in a list (first).','Obrigado pela sua mensagem. Pode contar-me um pouco mais?','default','ac98b844-a7ec-4ebe-9371-b28f036eabac',NULL,1,1,1,0,3,NULL,5,NULL,NULL,1,1795889734129,1795889734129,NULL,1795889737481,1795889737481,1795889737512);
INSERT INTO "turns" VALUES(70,42,1,'answered',NULL,'By AMQP, with a source (first).','Obrigado pela sua mensagem. Pode contar-me um pouco mais?','default','fbe2bdb5-8284-4612-b7c7-5103f9a9cd2e',NULL,2,2,1,0,3,NULL,5,NULL,NULL,1,1795889734129,1795889734129,NULL,1795889737083,1795889737363,1795889737434);
INSERT INTO "turns" VALUES(67,41,1,'answered',NULL,'A CloudEvent by AMQP (first).','Obrigado pela sua mensagem. Pode contar-me um pouco mais?','default','494171df-e424-40db-b3e5-862f0ed302b5',NULL,2,2,1,0,3,NULL,5,NULL,NULL,1,1795889734129,1795889734129,NULL,1795889737083,1795889737363,1795889737434);
INSERT INTO "turns" VALUES(68,41,2,'answered',NULL,'A CloudEvent in headers, by AMQP (first).','Obrigado pela sua mensagem. Pode contar-me um pouco mais?','default','494171df-e424-40db-b3e5-862f0ed302b5',NULL,1,1,1,0,3,NULL,5,NULL,NULL,1,1795889734129,1795889734129,NULL,1795889737481,1795889737481,1795889737512);
INSERT INTO "turns" VALUES(72,43,1,'answered',NULL,'From Python (first).','Thank you for your message. Could you tell me a little more?','default','721d43ec-8937-4c33-9525-996787e90742',NULL,2,2,1,0,3,NULL,5,NULL,NULL,1,1795889734283,1795889734283,NULL,1795889737083,1795889737363,1795889737434);
INSERT INTO "turns" VALUES(73,43,2,'answered',NULL,'From Python again (first).','Thank you for your message. Could you tell me a little more?','default','721d43ec-8937-4c33-9525-996787e90742',NULL,1,1,1,0,3,NULL,5,NULL,NULL,1,1795889734283,1795889734283,NULL,1795889737481,1795889737481,1795889737512);
INSERT INTO "turns" VALUES(74,44,1,'answered',NULL,'By command (first).','Thank you for your message. Could you tell me a little more?','default','dbc0bd57-a341-487e-9936-f7f573fd2b3e',NULL,2,2,1,0,3,NULL,5,NULL,NULL,1,1795889734607,1795889734607,NULL,1795889737083,1795889737363,1795889737434);
INSERT INTO "turns" VALUES(79,45,1,'unknown','worker_lost','The worker is killed while it sends this. [H-swept]',NULL,NULL,NULL,NULL,2,2,1,0,3,NULL,5,NULL,NULL,1,1795889738247,1795889738247,NULL,1795889739814,1795889739881,NULL);
INSERT INTO "turns" VALUES(80,46,1,'answered',NULL,'Answered while nobody hears (S-late).','Thank you for your message. Could you tell me a little more?','default','b778b43d-f54d-4806-9406-9e0c6a95e12b',NULL,2,2,1,0,3,NULL,5,NULL,NULL,1,1795889741808,1795889741808,NULL,1795889742173,1795889742318,1795889742348);
INSERT INTO "turns" VALUES(81,47,1,'answered',NULL,'Answered while nobody hears (S-late-2).','Thank you for your message. Could you tell me a little more?','default','9d18ed4b-73e5-49cf-b64b-789de3e6e85e',NULL,2,2,1,0,3,NULL,5,NULL,NULL,1,1795889741818,1795889741818,NULL,1795889742173,1795889742318,1795889742348);
INSERT INTO "turns" VALUES(82,48,1,'answered',NULL,'Answered while nobody hears (S-over).','Thank you for your message. Could you tell me a little more?','default','8ebac191-8c09-470f-ba07-3ee55d143b29',NULL,2,2,1,0,3,NULL,5,NULL,NULL,1,1795889741823,1795889741823,NULL,1795889742173,1795889742318,1795889742348);
INSERT INTO "turns" VALUES(83,49,1,'answered',NULL,'Its answer becomes a draft.','Obrigado pela sua mensagem. Pode contar-me um pouco mais?','default','60723dc0-2d99-4f2f-8dca-3b61bd45e795',NULL,2,2,1,0,3,NULL,5,NULL,NULL,1,1795889741835,1795889741835,NULL,1795889742173,1795889742344,1795889742361);
INSERT INTO "turns" VALUES(84,50,1,'answered',NULL,'Call me back later.','Of course. A colleague will take over this conversation shortly.','main_state','1daee85d-619b-54e6-9991-077c727e7223',3,2,2,1,0,3,NULL,5,NULL,NULL,1,1795889741855,1795889741855,NULL,1795889742173,1795889742318,1795889742348);
INSERT INTO "turns" VALUES(85,51,1,'answered',NULL,'Call me back later.','Of course. A colleague will take over this conversation shortly.','main_state','43e1630d-8784-5de7-a947-d2971571a150',3,2,2,1,0,3,NULL,5,NULL,NULL,1,1795889741880,1795889741880,NULL,1795889742173,1795889742318,1795889742348);
INSERT INTO "turns" VALUES(86,48,2,'answered',NULL,'A second message before the answer has left.','Thank you for your message. Could you tell me a little more?','default','8ebac191-8c09-470f-ba07-3ee55d143b29',NULL,1,1,1,0,3,NULL,5,NULL,NULL,1,1795889742436,1795889742436,NULL,1795889742501,1795889742501,1795889742522);
INSERT INTO "turns" VALUES(87,49,2,'answered',NULL,'A second message, again too early.','Obrigado pela sua mensagem. Pode contar-me um pouco mais?','default','60723dc0-2d99-4f2f-8dca-3b61bd45e795',NULL,1,1,1,0,3,NULL,5,NULL,NULL,1,1795889742439,1795889742439,NULL,1795889742501,1795889742501,1795889742522);
INSERT INTO "turns" VALUES(88,52,1,'sending',NULL,'The worker is killed while it sends this. [H-sending]',NULL,NULL,NULL,NULL,2,2,0,0,2,NULL,5,NULL,NULL,1,1795889742851,1795889742851,NULL,1795889745100,1795889745193,NULL);
INSERT INTO "turns" VALUES(89,56,1,'queued',NULL,'Where is my parcel? (second, first mail of a thread)',NULL,NULL,NULL,NULL,0,NULL,0,0,1,NULL,5,NULL,NULL,0,1795889745372,1795889745372,NULL,NULL,NULL,NULL);
INSERT INTO "turns" VALUES(90,56,2,'queued',NULL,'It is still not here. (second, second mail of the thread)',NULL,NULL,NULL,NULL,0,NULL,0,0,1,NULL,5,NULL,NULL,0,1795889745372,1795889745372,NULL,NULL,NULL,NULL);
INSERT INTO "turns" VALUES(91,55,1,'queued',NULL,'Please send the invoice again. (second, a mail without an id)',NULL,NULL,NULL,NULL,0,NULL,0,0,1,NULL,5,NULL,NULL,0,1795889745372,1795889745372,NULL,NULL,NULL,NULL);
INSERT INTO "turns" VALUES(92,54,1,'queued',NULL,'My new address is Mill Lane 4. (second, in HTML)',NULL,NULL,NULL,NULL,0,NULL,0,0,1,NULL,5,NULL,NULL,0,1795889745372,1795889745372,NULL,NULL,NULL,NULL);
INSERT INTO "turns" VALUES(93,53,1,'queued',NULL,'This answers a mail you sent. (second)',NULL,NULL,NULL,NULL,0,NULL,0,0,1,NULL,5,NULL,NULL,0,1795889745372,1795889745372,NULL,NULL,NULL,NULL);
INSERT INTO "turns" VALUES(99,57,1,'queued',NULL,'I cannot sign in. (second, one mail in a file)',NULL,NULL,NULL,NULL,0,NULL,0,0,1,NULL,5,NULL,NULL,0,1795889745395,1795889745395,NULL,NULL,NULL,NULL);
INSERT INTO "turns" VALUES(100,59,1,'queued',NULL,'I want a refund. (second, new in a Maildir)',NULL,NULL,NULL,NULL,0,NULL,0,0,1,NULL,5,NULL,NULL,0,1795889745404,1795889745404,NULL,NULL,NULL,NULL);
INSERT INTO "turns" VALUES(101,58,1,'queued',NULL,'The lamp is damaged. (second, seen in a Maildir)',NULL,NULL,NULL,NULL,0,NULL,0,0,1,NULL,5,NULL,NULL,0,1795889745404,1795889745404,NULL,NULL,NULL,NULL);
INSERT INTO "turns" VALUES(104,61,1,'queued',NULL,'A number  with a point and two spaces (second).',NULL,NULL,NULL,NULL,0,NULL,0,0,1,NULL,5,NULL,NULL,0,1795889745689,1795889745689,NULL,NULL,NULL,NULL);
INSERT INTO "turns" VALUES(105,60,1,'queued',NULL,'A row without an id (second).',NULL,NULL,NULL,NULL,0,NULL,0,0,1,NULL,5,NULL,NULL,0,1795889745689,1795889745689,NULL,NULL,NULL,NULL);
INSERT INTO "turns" VALUES(107,62,1,'queued',NULL,'Where is ticket 1051?',NULL,NULL,NULL,NULL,0,NULL,0,0,1,NULL,5,NULL,NULL,0,1795889745705,1795889745705,NULL,NULL,NULL,NULL);
INSERT INTO "turns" VALUES(108,62,2,'queued',NULL,'Thank you (1051).',NULL,NULL,NULL,NULL,0,NULL,0,0,1,NULL,5,NULL,NULL,0,1795889745705,1795889745705,NULL,NULL,NULL,NULL);
INSERT INTO "turns" VALUES(112,63,1,'queued',NULL,'A line of a file (second).',NULL,NULL,NULL,NULL,0,NULL,0,0,1,NULL,5,NULL,NULL,0,1795889746090,1795889746090,NULL,NULL,NULL,NULL);
INSERT INTO "turns" VALUES(113,63,2,'queued',NULL,'Its next line (second).',NULL,NULL,NULL,NULL,0,NULL,0,0,1,NULL,7,NULL,NULL,0,1795889746090,1795889746090,NULL,NULL,NULL,NULL);
INSERT INTO "turns" VALUES(116,64,1,'queued',NULL,'A question over HTTP (second).',NULL,NULL,NULL,NULL,0,NULL,0,0,1,NULL,5,NULL,NULL,1,1795889746218,1795889746218,NULL,NULL,NULL,NULL);
INSERT INTO "turns" VALUES(118,65,1,'queued',NULL,'The first of a batch (second).',NULL,NULL,NULL,NULL,0,NULL,0,0,1,NULL,5,NULL,NULL,1,1795889746420,1795889746420,NULL,NULL,NULL,NULL);
INSERT INTO "turns" VALUES(119,65,2,'queued',NULL,'The second of a batch (second).',NULL,NULL,NULL,NULL,0,NULL,0,0,1,NULL,5,NULL,NULL,1,1795889746420,1795889746420,NULL,NULL,NULL,NULL);
INSERT INTO "turns" VALUES(120,66,1,'queued',NULL,'A CloudEvent, structured (second).',NULL,NULL,NULL,NULL,0,NULL,0,0,1,NULL,5,NULL,NULL,1,1795889746463,1795889746463,NULL,NULL,NULL,NULL);
INSERT INTO "turns" VALUES(121,66,2,'queued',NULL,'A CloudEvent, binary (second).',NULL,NULL,NULL,NULL,0,NULL,0,0,1,NULL,5,NULL,NULL,1,1795889746545,1795889746545,NULL,NULL,NULL,NULL);
INSERT INTO "turns" VALUES(122,67,1,'queued',NULL,'Answer me by webhook (second).',NULL,NULL,NULL,NULL,0,NULL,0,0,1,NULL,5,NULL,NULL,1,1795889746570,1795889746570,NULL,NULL,NULL,NULL);
INSERT INTO "turns" VALUES(123,68,1,'queued',NULL,'Answer this one by webhook too (second).',NULL,NULL,NULL,NULL,0,NULL,0,0,1,NULL,5,NULL,NULL,1,1795889746592,1795889746592,NULL,NULL,NULL,NULL);
INSERT INTO "turns" VALUES(124,69,1,'queued',NULL,'For an account that is closed (second).',NULL,NULL,NULL,NULL,0,NULL,0,0,1,NULL,5,NULL,NULL,1,1795889746613,1795889746613,NULL,NULL,NULL,NULL);
INSERT INTO "turns" VALUES(125,70,1,'queued',NULL,'For a route that is paused (second).',NULL,NULL,NULL,NULL,0,NULL,0,0,1,NULL,5,NULL,NULL,1,1795889746636,1795889746636,NULL,NULL,NULL,NULL);
INSERT INTO "turns" VALUES(126,23,2,'queued',NULL,'This waits for a person.',NULL,NULL,NULL,NULL,0,NULL,0,0,1,NULL,5,NULL,NULL,0,1795889746660,1795889746660,NULL,NULL,NULL,NULL);
INSERT INTO "turns" VALUES(127,24,2,'queued',NULL,'This waits behind what is lost.',NULL,NULL,NULL,NULL,0,NULL,0,0,1,NULL,5,NULL,NULL,1,1795889746691,1795889746691,NULL,NULL,NULL,NULL);
INSERT INTO "turns" VALUES(128,71,1,'cancelled','operator','Taken back before it was sent.',NULL,NULL,NULL,NULL,0,NULL,0,0,2,'operator:maker',5,NULL,NULL,1,1795889746723,1795889746723,NULL,NULL,NULL,1795889749177);
INSERT INTO "turns" VALUES(129,72,1,'queued',NULL,'Quick,

and in two pieces.',NULL,NULL,NULL,NULL,0,NULL,0,0,2,NULL,5,NULL,NULL,1,1795889746778,1795893346893,1795893346893,NULL,NULL,NULL);
INSERT INTO "turns" VALUES(131,73,1,'queued',NULL,'Once.',NULL,NULL,NULL,NULL,0,NULL,0,0,1,NULL,5,NULL,NULL,1,1795889746943,1795889746943,NULL,NULL,NULL,NULL);
INSERT INTO "turns" VALUES(132,73,2,'queued',NULL,'Twice.',NULL,NULL,NULL,NULL,0,NULL,0,0,1,NULL,5,NULL,NULL,1,1795889746972,1795889746972,NULL,NULL,NULL,NULL);
INSERT INTO "turns" VALUES(133,73,3,'queued',NULL,'Three times, which is too much.',NULL,NULL,NULL,NULL,0,NULL,0,0,1,NULL,5,NULL,NULL,1,1795889746998,1795889746998,NULL,NULL,NULL,NULL);
INSERT INTO "turns" VALUES(134,74,1,'queued',NULL,'Over HTTP, under the source of a file (second).',NULL,NULL,NULL,NULL,0,NULL,0,0,1,NULL,5,NULL,NULL,1,1795889747083,1795889747083,NULL,NULL,NULL,NULL);
INSERT INTO "turns" VALUES(135,75,1,'queued',NULL,'Grüße, 你好: where is my parcel?',NULL,NULL,NULL,NULL,0,NULL,0,0,1,NULL,5,NULL,NULL,1,1795889747120,1795889747120,NULL,NULL,NULL,NULL);
INSERT INTO "turns" VALUES(136,76,1,'queued',NULL,'Grüße, 你好: where is my parcel?',NULL,NULL,NULL,NULL,0,NULL,0,0,1,NULL,5,NULL,NULL,1,1795889747154,1795889747154,NULL,NULL,NULL,NULL);
INSERT INTO "turns" VALUES(137,76,2,'queued',NULL,'Grüße, 你好: where is my parcel?',NULL,NULL,NULL,NULL,0,NULL,0,0,1,NULL,5,NULL,NULL,1,1795889747174,1795889747174,NULL,NULL,NULL,NULL);
INSERT INTO "turns" VALUES(138,77,1,'queued',NULL,'Grüße, 你好: where is my parcel?',NULL,NULL,NULL,NULL,0,NULL,0,0,1,NULL,5,NULL,NULL,1,1795889747196,1795889747196,NULL,NULL,NULL,NULL);
INSERT INTO "turns" VALUES(139,78,1,'queued',NULL,'Message m-2 in thread 902: Grüße, 你好: where is my parcel?',NULL,NULL,NULL,NULL,0,NULL,0,0,1,NULL,5,NULL,NULL,1,1795889747223,1795889747223,NULL,NULL,NULL,NULL);
INSERT INTO "turns" VALUES(140,78,2,'queued',NULL,'Message m-2 in thread 902: Grüße, 你好: where is my parcel?',NULL,NULL,NULL,NULL,0,NULL,0,0,1,NULL,5,NULL,NULL,1,1795889747256,1795889747256,NULL,NULL,NULL,NULL);
INSERT INTO "turns" VALUES(141,79,1,'queued',NULL,'Grüße, 你好: where is my parcel?',NULL,NULL,NULL,NULL,0,NULL,0,0,1,NULL,5,NULL,NULL,1,1795889747278,1795889747278,NULL,NULL,NULL,NULL);
INSERT INTO "turns" VALUES(142,80,1,'queued',NULL,'Grüße, 你好: where is my parcel?',NULL,NULL,NULL,NULL,0,NULL,0,0,1,NULL,5,NULL,NULL,1,1795889747309,1795889747309,NULL,NULL,NULL,NULL);
INSERT INTO "turns" VALUES(143,81,1,'queued',NULL,'Grüße, 你好: where is my parcel?',NULL,NULL,NULL,NULL,0,NULL,0,0,1,NULL,7,NULL,NULL,1,1795889747351,1795889747351,NULL,NULL,NULL,NULL);
INSERT INTO "turns" VALUES(144,82,1,'queued',NULL,'Grüße, 你好: where is my parcel?',NULL,NULL,NULL,NULL,0,NULL,0,0,1,NULL,5,NULL,NULL,1,1795889747372,1795889747372,NULL,NULL,NULL,NULL);
INSERT INTO "turns" VALUES(145,83,1,'queued',NULL,'Grüße, 你好: where is my parcel?',NULL,NULL,NULL,NULL,0,NULL,0,0,1,NULL,5,NULL,NULL,1,1795889747394,1795889747394,NULL,NULL,NULL,NULL);
INSERT INTO "turns" VALUES(149,84,1,'queued',NULL,'By Celery (second).',NULL,NULL,NULL,NULL,0,NULL,0,0,1,NULL,5,NULL,NULL,1,1795889747491,1795889747491,NULL,NULL,NULL,NULL);
INSERT INTO "turns" VALUES(146,85,1,'queued',NULL,'Call my task back (second, 1).',NULL,NULL,NULL,NULL,0,NULL,0,0,1,NULL,5,NULL,NULL,1,1795889747491,1795889747491,NULL,NULL,NULL,NULL);
INSERT INTO "turns" VALUES(147,86,1,'queued',NULL,'Call my task back (second, 2).',NULL,NULL,NULL,NULL,0,NULL,0,0,1,NULL,5,NULL,NULL,1,1795889747491,1795889747491,NULL,NULL,NULL,NULL);
INSERT INTO "turns" VALUES(151,87,1,'queued',NULL,'By AMQP (second).',NULL,NULL,NULL,NULL,0,NULL,0,0,1,NULL,5,NULL,NULL,1,1795889747562,1795889747562,NULL,NULL,NULL,NULL);
INSERT INTO "turns" VALUES(152,87,2,'queued',NULL,'By AMQP, in a list (second).',NULL,NULL,NULL,NULL,0,NULL,0,0,1,NULL,5,NULL,NULL,1,1795889747562,1795889747562,NULL,NULL,NULL,NULL);
INSERT INTO "turns" VALUES(156,89,1,'queued',NULL,'By AMQP, with a source (second).',NULL,NULL,NULL,NULL,0,NULL,0,0,1,NULL,5,NULL,NULL,1,1795889747562,1795889747562,NULL,NULL,NULL,NULL);
INSERT INTO "turns" VALUES(153,88,1,'queued',NULL,'A CloudEvent by AMQP (second).',NULL,NULL,NULL,NULL,0,NULL,0,0,1,NULL,5,NULL,NULL,1,1795889747562,1795889747562,NULL,NULL,NULL,NULL);
INSERT INTO "turns" VALUES(154,88,2,'queued',NULL,'A CloudEvent in headers, by AMQP (second).',NULL,NULL,NULL,NULL,0,NULL,0,0,1,NULL,5,NULL,NULL,1,1795889747562,1795889747562,NULL,NULL,NULL,NULL);
INSERT INTO "turns" VALUES(158,90,1,'queued',NULL,'From Python (second).',NULL,NULL,NULL,NULL,0,NULL,0,0,1,NULL,5,NULL,NULL,1,1795889747650,1795889747650,NULL,NULL,NULL,NULL);
INSERT INTO "turns" VALUES(159,90,2,'queued',NULL,'From Python again (second).',NULL,NULL,NULL,NULL,0,NULL,0,0,1,NULL,5,NULL,NULL,1,1795889747650,1795889747650,NULL,NULL,NULL,NULL);
INSERT INTO "turns" VALUES(160,91,1,'queued',NULL,'By command (second).',NULL,NULL,NULL,NULL,0,NULL,0,0,1,NULL,5,NULL,NULL,1,1795889747861,1795889747861,NULL,NULL,NULL,NULL);
CREATE TABLE workers (
	id INTEGER NOT NULL, 
	name TEXT NOT NULL, 
	started_at BIGINT NOT NULL, 
	expires_at BIGINT NOT NULL, 
	dead BOOLEAN NOT NULL, 
	stopping BOOLEAN NOT NULL, 
	claimed_at BIGINT, 
	CONSTRAINT pk_workers PRIMARY KEY (id)
);
INSERT INTO "workers" VALUES(1,'vm:4315',1795889735950,0,1,1,NULL);
INSERT INTO "workers" VALUES(2,'vm:4774',1795889739672,1795889741672,1,0,NULL);
INSERT INTO "workers" VALUES(3,'vm:4315',1795889739987,0,1,1,NULL);
INSERT INTO "workers" VALUES(4,'vm:4975',1795889744963,1795889749794,0,0,NULL);
CREATE INDEX ix_audit_subject ON audit (subject);
CREATE INDEX ix_brake_counts_day_at ON brake_counts (day_at);
CREATE INDEX ix_conversations_handed_off ON conversations (changed_at) WHERE status = 'handed_off';
CREATE INDEX ix_events_context ON events (route, conversation_key) WHERE status = 'context';
CREATE INDEX ix_events_set_aside ON events (status, id) WHERE status <> 'accepted';
CREATE INDEX ix_followups_waiting ON followups (route, conversation_key) WHERE status = 'scheduled';
CREATE INDEX ix_followups_due ON followups (due_at, id) WHERE status = 'scheduled';
CREATE INDEX ix_joined_turn_id ON joined (turn_id);
CREATE INDEX ix_outbox_conversation_id ON outbox (conversation_id, id);
CREATE INDEX ix_outbox_ready ON outbox (ready_at) WHERE ready_at IS NOT NULL;
CREATE INDEX ix_outbox_owner ON outbox (owner) WHERE owner IS NOT NULL;
CREATE INDEX ix_outbox_failed ON outbox (id) WHERE status = 'failed';
CREATE INDEX ix_replies_owner ON replies (owner) WHERE owner IS NOT NULL;
CREATE INDEX ix_replies_parked ON replies (channel) WHERE status = 'queued' AND ready_at IS NULL;
CREATE INDEX ix_replies_ready ON replies (ready_at) WHERE ready_at IS NOT NULL;
CREATE INDEX ix_replies_stopped ON replies (conversation_id) WHERE status = 'cancelled' OR status = 'draft';
CREATE INDEX ix_schedule_owner ON schedule (owner) WHERE owner IS NOT NULL;
CREATE INDEX ix_schedule_ready ON schedule (lane, ready_at) WHERE ready_at IS NOT NULL;
CREATE INDEX ix_trouble_kind_since ON trouble (kind, since);
CREATE INDEX ix_workers_alive ON workers (expires_at) WHERE NOT dead;
CREATE UNIQUE INDEX ix_tokens_live_name ON tokens (name) WHERE revoked_at IS NULL;
COMMIT;
