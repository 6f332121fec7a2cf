// Prints the first records of a topic, a line of JSON each; bytes as their SHA-256.
// node variations.mjs BROKERS REGISTRY TOPIC COUNT
import { createHash } from 'node:crypto';
import kafkajs from 'kafkajs';
import registries from '@kafkajs/confluent-schema-registry';

const [brokers, host, topic, count] = process.argv.slice(2);
const kafka = new kafkajs.Kafka({ brokers: brokers.split(','), logLevel: kafkajs.logLevel.WARN });
const registry = new registries.SchemaRegistry({ host });
const consumer = kafka.consumer({ groupId: 'third-party-' + process.pid });

const plain = (name, value) =>
  value?.type === 'Buffer' ? createHash('sha256').update(Buffer.from(value.data)).digest('hex') : value;

let left = Number(count);
const done = new Promise((resolve, reject) => {
  consumer.on(consumer.events.CRASH, ({ payload }) => reject(payload.error));
  consumer
    .connect()
    .then(() => consumer.subscribe({ topic, fromBeginning: true }))
    .then(() =>
      consumer.run({
        eachMessage: async ({ message }) => {
          const value = await registry.decode(message.value);
          console.log(JSON.stringify({ key: message.key.toString(), value }, plain));
          left -= 1;
          if (left === 0) resolve();
        },
      }),
    )
    .catch(reject);
});
await done;
await consumer.disconnect();
