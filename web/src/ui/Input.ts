/** Text fields, without the rest of the library's input family: the sign-in page would load it all. */
export { default as Input } from 'antd/es/input/Input'
export { default as PasswordInput } from 'antd/es/input/Password'
