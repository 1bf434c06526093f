// Hands events to Turnwire's Celery task, over RabbitMQ or Redis:
//
//   node celery.js BROKER_URL EVENT...          each EVENT is a JSON object
//   node celery.js --wait BROKER_URL EVENT...   print what became of them; the worker needs `results = true`
//
// Ends with 0 once the broker has confirmed the message. Run it again after an error: what comes twice is kept once.
import { randomUUID } from "node:crypto";
import { parseArgs } from "node:util";

import amqp from "amqplib";
import { createClient } from "redis";

const QUEUE = "turnwire.receive";
const TASK = "connector.receive";
const PATIENCE = 30_000; // milliseconds for an answer

/** A Celery task message, protocol version 2. */
function message(events, replyTo) {
  const id = randomUUID();
  return {
    headers: { lang: "js", task: TASK, id, root_id: id, parent_id: null, group: null, retries: 0, eta: null, expires: null },
    properties: { correlation_id: id, reply_to: replyTo },
    body: JSON.stringify([[events], {}, { callbacks: null, errbacks: null, chain: null, chord: null }]),
  };
}

async function overRabbitMQ(url, events, wait) {
  const connection = await amqp.connect(url);
  try {
    const channel = await connection.createConfirmChannel();
    // As Celery declares it. If no worker has run yet, the message waits here for the first one.
    await channel.assertQueue(QUEUE, { durable: true });
    const answers = wait ? (await channel.assertQueue("", { exclusive: true })).queue : undefined;
    const { headers, properties, body } = message(events, answers);
    channel.sendToQueue(QUEUE, Buffer.from(body), {
      headers, contentType: "application/json", contentEncoding: "utf-8", persistent: true,
      correlationId: properties.correlation_id, replyTo: answers,
    });
    await channel.waitForConfirms();
    if (!wait) return undefined;
    return await within(PATIENCE, new Promise((resolve, reject) => {
      const take = (answer) => answer === null ? reject(new Error("the queue of answers is gone")) : resolve(JSON.parse(answer.content));
      channel.consume(answers, take, { noAck: true }).catch(reject);
    }));
  } finally {
    await connection.close();
  }
}

async function overRedis(url, events, wait) {
  const client = createClient({ url, socket: { reconnectStrategy: false } });
  client.on("error", () => {}); // every call rejects with it as well
  await client.connect();
  try {
    const { headers, properties, body } = message(events, undefined);
    const envelope = {
      body: Buffer.from(body).toString("base64"), headers, "content-type": "application/json", "content-encoding": "utf-8",
      properties: {
        ...properties, body_encoding: "base64", delivery_mode: 2, delivery_tag: randomUUID(),
        delivery_info: { exchange: "", routing_key: QUEUE }, priority: 0,
      },
    };
    await client.lPush(QUEUE, JSON.stringify(envelope));
    if (!wait) return undefined;
    const key = `celery-task-meta-${headers.id}`;
    for (const until = Date.now() + PATIENCE; Date.now() < until; await new Promise((later) => setTimeout(later, 100))) {
      const found = await client.get(key);
      if (found !== null) return JSON.parse(found);
    }
    throw new Error("no answer in time");
  } finally {
    await client.close();
  }
}

function within(milliseconds, answer) {
  let timer;
  const late = new Promise((_, reject) => { timer = setTimeout(() => reject(new Error("no answer in time")), milliseconds); });
  return Promise.race([answer, late]).finally(() => clearTimeout(timer));
}

const { values, positionals: [url, ...given] } = parseArgs({ options: { wait: { type: "boolean" } }, allowPositionals: true });
if (!url || given.length === 0) {
  console.error("usage: node celery.js [--wait] BROKER_URL EVENT...");
  process.exit(2);
}
try {
  const events = given.map((text) => JSON.parse(text));
  const send = url.startsWith("redis") ? overRedis : overRabbitMQ;
  const answer = await send(url, events, values.wait);
  console.log(answer === undefined ? `handed in: ${events.length}` : JSON.stringify(answer.result));
} catch (error) {
  console.error(`not handed in: ${error.message}`);
  process.exitCode = 1;
}
