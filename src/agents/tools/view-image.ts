// A tool that asks the agent's own model about an attached image: the model must take images.

import { readFile, stat } from 'node:fs/promises';
import { z } from 'zod';
import { tool, type Tool } from '../tool.js';
import { findAttachment } from './attachments.js';
import { completionRequest, contentText } from '../completion.js';
import { imageType } from './images.js';

/** What common endpoints take in one message. */
const MOST_BYTES = 20 * 1024 * 1024;

export function viewImageTool(): Tool {
  return tool({
    name: 'view_image',
    description:
      'Answers a question about an image that is attached to the task (PNG, JPEG, GIF, WebP). Ask for exactly what you need, such as every number in a table.',
    version: '1',
    parameters: z.object({
      file: z.string().optional().describe('The name of the image; needed when several files are attached.'),
      question: z.string().min(1).describe('What you want to know about the image.'),
    }),
    run: async ({ file, question }, context) => {
      const found = await findAttachment(context, file);
      const type = imageType(found.name);
      if (type === undefined || found.member !== undefined)
        throw new Error(`${file ?? found.name} is no image of a kind that models take (PNG, JPEG, GIF, WebP).`);
      const { size } = await stat(found.file);
      if (size > MOST_BYTES)
        throw new Error(`${found.name} has ${Math.round(size / 1024 / 1024)} MB; images of more than ${MOST_BYTES / 1024 / 1024} MB are not sent.`);
      const data = (await readFile(found.file)).toString('base64');
      const completion = await context.openai.chat.completions.create(
        {
          ...completionRequest(context.model, []),
          messages: [
            {
              role: 'user',
              content: [
                { type: 'text', text: question },
                { type: 'image_url', image_url: { url: `data:${type};base64,${data}` } },
              ],
            },
          ],
        },
        { signal: context.signal },
      );
      const answer = contentText(completion.choices[0]?.message.content) ?? '';
      if (answer.trim() === '') throw new Error('The model answered nothing about the image.');
      return answer;
    },
  });
}
