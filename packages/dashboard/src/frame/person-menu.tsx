import { Avatar, Group, Menu, Text, UnstyledButton, useMantineColorScheme } from '@mantine/core';
import {
  IconBook2,
  IconBuilding,
  IconCheck,
  IconDeviceDesktop,
  IconLogout,
  IconMoon,
  IconSun,
  IconUser,
  IconUserCircle,
} from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { frame as text } from '#strings/frame.ts';
import { fanfare, useChange } from '../api/index.ts';
import { tellOtherWindows, useSession, useSwitching } from '../session/index.ts';
import { leave } from './leaving.ts';

const schemes = [
  { value: 'light', label: text.person.light, icon: IconSun },
  { value: 'dark', label: text.person.dark, icon: IconMoon },
  { value: 'auto', label: text.person.auto, icon: IconDeviceDesktop },
] as const;

/** Whoever is signed in: their organizations, how the pages look, and the way out. */
export function PersonMenu() {
  const { person, organization, organizations, role } = useSession();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const signOut = useChange(() => fanfare.delete('/v1/session'), {
    onDone: () => {
      leave('signed-out');
      tellOtherWindows();
    },
  });
  const switching = useSwitching();

  return (
    <Menu position="bottom-end" width={260} shadow="md">
      <Menu.Target>
        <UnstyledButton aria-label={text.person.menu(person.name)}>
          <Group gap="xs" wrap="nowrap">
            <Text size="sm" visibleFrom="sm" component="span" truncate maw={200}>
              {person.name}
            </Text>
            <Avatar color="fanfare" size={32} radius="xl">
              <IconUser size={18} aria-hidden />
            </Avatar>
          </Group>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Text px="sm" pt="xs" fw={600} size="sm" truncate>
          {person.name}
        </Text>
        <Text px="sm" pb="xs" size="xs" c="dimmed" truncate>
          {person.email} · {text.roles[role]}
        </Text>
        <Menu.Item leftSection={<IconUserCircle size={16} />} component={Link} to="/account">
          {text.person.account}
        </Menu.Item>
        <Menu.Item leftSection={<IconBook2 size={16} />} component="a" href="/docs/api" target="_blank">
          {text.person.reference}
        </Menu.Item>
        {organizations.length > 1 && (
          <>
            <Menu.Label>{text.person.organizations}</Menu.Label>
            {organizations.map(({ id, name }) => (
              <Menu.Item
                key={id}
                leftSection={<IconBuilding size={16} />}
                rightSection={id === organization.id && <IconCheck size={16} />}
                onClick={() => id !== organization.id && switching.mutate(id)}
              >
                {name}
              </Menu.Item>
            ))}
          </>
        )}
        <Menu.Label>{text.person.appearance}</Menu.Label>
        {schemes.map(({ value, label, icon: Icon }) => (
          <Menu.Item
            key={value}
            leftSection={<Icon size={16} />}
            rightSection={colorScheme === value && <IconCheck size={16} />}
            onClick={() => setColorScheme(value)}
            closeMenuOnClick={false}
          >
            {label}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item leftSection={<IconLogout size={16} />} onClick={() => signOut.mutate(undefined)}>
          {text.person.signOut}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
