// Publishes events as plain JSON on RabbitMQ, for Turnwire's queue `turnwire.events`:
//
//   node events.js amqp://guest:guest@localhost EVENT...          each EVENT is a JSON object
//
// Ends with 0 once the broker has confirmed them all. Run it again after an error: what comes twice is kept once.
import amqp from "amqplib";

const QUEUE = "turnwire.events";

const [url, ...events] = process.argv.slice(2);
if (!url || events.length === 0) {
  console.error("usage: node events.js AMQP_URL EVENT...");
  process.exit(2);
}
try {
  const connection = await amqp.connect(url);
  const channel = await connection.createConfirmChannel();
  // As Turnwire declares it. If no worker has run yet, the messages wait here for the first one.
  await channel.assertQueue(QUEUE, { durable: true });
  for (const event of events) {
    // Without the content type Turnwire would have to guess what this is, and sets it aside instead.
    channel.sendToQueue(QUEUE, Buffer.from(event), { contentType: "application/json", persistent: true });
  }
  await channel.waitForConfirms();
  await connection.close();
  console.log(`handed in: ${events.length}`);
} catch (error) {
  console.error(`not handed in: ${error.message}`);
  process.exitCode = 1;
}
