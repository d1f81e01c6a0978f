import type { Resulting } from '@fanfare/client';
import { ScrollArea, Stack, Tabs, Text, Title } from '@mantine/core';
import { webhookTest } from '#strings/webhook-test.ts';
import { SourceText } from '../../elements/index.ts';
import { type CodeLanguage, codeLanguages } from './search.ts';

const { example: words } = webhookTest;

/** Code that a receiver can paste to verify the signature of this webhook. */
export function Verification({
  code,
  language,
  onLanguage,
}: {
  readonly code: Resulting<'listWebhookExamples'>['verification'];
  readonly language: CodeLanguage;
  readonly onLanguage: (language: CodeLanguage) => void;
}) {
  return (
    <Stack gap="xs" component="section">
      <Title order={2} size="h4">
        {words.verify}
      </Title>
      <Text size="sm" maw={820}>
        {words.verifyDetail[code.signature_version]}
      </Text>
      <Tabs
        value={language}
        onChange={(chosen) => {
          const found = codeLanguages.find((one) => one === chosen);
          if (found !== undefined) onLanguage(found);
        }}
        variant="pills"
        keepMounted={false}
      >
        <ScrollArea type="never">
          <Tabs.List aria-label={words.languagesLabel} mb="sm" style={{ flexWrap: 'nowrap' }}>
            {codeLanguages.map((one) => (
              <Tabs.Tab key={one} value={one}>
                {words.languages[one]}
              </Tabs.Tab>
            ))}
          </Tabs.List>
        </ScrollArea>
        <Tabs.Panel value={language}>
          <SourceText
            value={code[language]}
            language={language}
            what={words.codeWhat(words.languages[language])}
            title={words.languages[language]}
            maxHeight={560}
          />
        </Tabs.Panel>
      </Tabs>
    </Stack>
  );
}
