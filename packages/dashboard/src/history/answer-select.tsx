import { Select } from '@mantine/core';
import { useMemo, useState } from 'react';
import { failureWords } from '#strings/failures.ts';
import { history as text } from '#strings/history.ts';
import { type DeliverySearch, isFailure, isStatus } from './delivery-search.ts';

const { filters } = text;

/** By the status of an answer, a class of them, or why there was none. */
export function AnswerSelect({
  value: { status, failure },
  onChange,
}: {
  readonly value: Pick<DeliverySearch, 'status' | 'failure'>;
  readonly onChange: (value: Pick<DeliverySearch, 'status' | 'failure'>) => void;
}) {
  const [typed, setTyped] = useState('');
  const data = useMemo(() => {
    const exact = [...new Set([typed.trim(), status ?? ''])].filter(
      (asked) => isStatus(asked) && !(asked in filters.statusClass),
    );
    return [
      {
        group: filters.answers,
        items: [
          ...exact.map((asked) => ({ value: asked, label: filters.status(asked) })),
          ...Object.entries(filters.statusClass).map(([value, label]) => ({ value, label })),
        ],
      },
      {
        group: filters.noAnswer,
        items: Object.entries(failureWords).map(([value, label]) => ({ value, label })),
      },
    ];
  }, [typed, status]);

  return (
    <Select
      label={filters.answer}
      placeholder={filters.any}
      data={data}
      value={status ?? failure ?? null}
      onChange={(chosen) =>
        onChange({
          status: chosen !== null && isStatus(chosen) ? chosen : undefined,
          failure: chosen !== null && isFailure(chosen) ? chosen : undefined,
        })
      }
      onSearchChange={setTyped}
      nothingFoundMessage={filters.answerHint}
      searchable
      clearable
    />
  );
}
